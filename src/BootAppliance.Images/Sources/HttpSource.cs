using System.Net;
using System.Net.Http.Headers;

namespace BootAppliance.Images;

/// <summary>Fetches images from HTTP servers; redirects are followed here, within bounds, and never passed on to a machine.</summary>
public sealed class HttpSource : IImageSource, IDisposable
{
    private static readonly TimeSpan connecting = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker client;
    private readonly TimeProvider time;
    private readonly TimeSpan silence;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> lookUp;

    /// <summary>Takes the clock and the limit.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="silence">How long a server may take for its answer, and then for each next piece of the image.</param>
    /// <param name="lookUp">Says which addresses a name has; null: as the system does.</param>
    public HttpSource(TimeProvider time, TimeSpan silence, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
    {
        (this.time, this.silence, this.lookUp) = (time, silence, lookUp ?? Dns.GetHostAddressesAsync);
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // What is stored is what the machine gets, byte by byte.
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = connecting,
            ConnectCallback = new SourceConnector(this.lookUp).ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
    }

    /// <inheritdoc/>
    public bool Reads(ImageReference image) => image is ImageReference.Remote;

    /// <inheritdoc/>
    public Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation)
    {
        var remote = (ImageReference.Remote)image;
        return OpenAsync(remote.Address, [], remote.Checksum is not null, from, validators, cancellation);
    }

    /// <summary>Fetches from any URL in the same way.</summary>
    /// <param name="address">The URL, which may be signed: it is never shown.</param>
    /// <param name="headers">What the request needs besides, such as credentials.</param>
    /// <param name="isChecked">Whether the content has a checksum, so that an answer whose end cannot be told is of use.</param>
    /// <param name="from">As for <see cref="IImageSource.OpenAsync"/>.</param>
    /// <param name="validators">As for <see cref="IImageSource.OpenAsync"/>.</param>
    /// <param name="cancellation">As for <see cref="IImageSource.OpenAsync"/>.</param>
    public async Task<ImageFetch> OpenAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, bool isChecked, long from, ImageValidators? validators, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        HttpResponseMessage? response = null;
        var redirection = new Redirection(lookUp);
        try
        {
            while (true)
            {
                response = await client.SendAsync(Request(address, headers, from, validators, redirection), either.Token);
                if (from > 0 && !GoesOn(response, from, validators))
                {
                    response.Dispose();
                    (from, validators) = (0, null);
                    response = await client.SendAsync(Request(address, headers, from, validators, redirection), either.Token);
                }

                if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)) break;
                var next = response.Headers.Location is { } location && Uri.TryCreate(address, location, out var absolute) ? absolute : null;
                response.Dispose();
                if (await redirection.FollowAsync(address, next, either.Token) is { } problem) return new ImageFetch.Failed(problem, IsPassing: false);
                // Credentials are for the one they were written for.
                if (next!.GetLeftPart(UriPartial.Authority) != address.GetLeftPart(UriPartial.Authority)) headers = [];
                address = next;
            }

            var fetch = await ReadAsync(response, address.Host, isChecked, from, cancellation);
            if (fetch is ImageFetch.Opened) response = null;
            return fetch;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ImageFetch.Failed($"{address.Host} does not answer within {silence.TotalSeconds:0} seconds", IsPassing: true);
        }
        catch (HttpRequestException failure) when (failure.InnerException is RedirectRefused refused)
        {
            return new ImageFetch.Failed(refused.Message, IsPassing: false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new ImageFetch.Failed($"{address.Host} cannot be reached: {Words(failure)}", IsPassing: true);
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static HttpRequestMessage Request(Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, long from, ImageValidators? validators, Redirection redirection)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Options.Set(SourceConnector.Redirection, redirection);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
            // A weak tag does not tell whether the bytes are the same (RFC 9110 section 13.1.5).
            if (validators?.ETag is { } tag && !tag.StartsWith("W/", StringComparison.Ordinal)) request.Headers.TryAddWithoutValidation("If-Range", tag);
            else if (validators?.LastModified is { } modified) request.Headers.IfRange = new RangeConditionHeaderValue(modified);
        }
        else if (validators?.ETag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }
        else
        {
            request.Headers.IfModifiedSince = validators?.LastModified;
        }

        return request;
    }

    /// <summary>Not every server can give the rest of an image, and some say so by an error. Swift knows no If-Range, and sends the rest of whatever is there now.</summary>
    private static bool GoesOn(HttpResponseMessage response, long from, ImageValidators? validators) => response.StatusCode switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.NotImplemented => false,
        HttpStatusCode.PartialContent => response.Content.Headers.ContentRange is { Length: not null } range && range.From == from && IsOf(response, validators),
        _ => true,
    };

    /// <summary>A part has the ETag that the whole would have, and may come without its date (RFC 9110 section 15.3.7).</summary>
    private static bool IsOf(HttpResponseMessage response, ImageValidators? known) =>
        (known?.ETag is not { } tag || ETagOf(response) == tag) && (known?.LastModified is not { } modified || response.Content.Headers.LastModified is not { } theirs || theirs == modified);

    /// <summary>As it came: Swift leaves the quotes away.</summary>
    private static string? ETagOf(HttpResponseMessage response) => response.Headers.NonValidated.TryGetValues("ETag", out var tag) ? tag.ToString() : null;

    private async Task<ImageFetch> ReadAsync(HttpResponseMessage response, string host, bool isChecked, long from, CancellationToken cancellation)
    {
        var (headers, status) = (response.Content.Headers, response.StatusCode);
        if (status == HttpStatusCode.NotModified) return new ImageFetch.Unchanged();
        if (status is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            // The server's own words may be anything, also for the terminal that the log is read on; without them it is those of the standard.
            response.ReasonPhrase = null;
            var isPassing = (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
            return new ImageFetch.Failed($"{host} answers {(int)status} {response.ReasonPhrase}".TrimEnd(), isPassing) { IsMissing = status == HttpStatusCode.NotFound };
        }

        var range = headers.ContentRange;
        var isPart = status == HttpStatusCode.PartialContent;
        if (isPart && (range?.From != from || range.Length is null)) return new ImageFetch.Failed($"{host} answers with another part of the image than the one that it was asked for", IsPassing: false);
        var length = isPart ? range!.Length : headers.ContentLength;
        // Without length and chunks the end of the connection is the end of the file, and so is every accident.
        if (length is null && !isChecked && response.Version < HttpVersion.Version20 && response.Headers.TransferEncodingChunked != true)
            return new ImageFetch.Failed($"{host} does not say how long the image is: give it a checksum, as in URL#sha256:...", IsPassing: false);

        var content = await response.Content.ReadAsStreamAsync(cancellation);
        return new ImageFetch.Opened(new TimedStream(content, response, host, silence, time), isPart ? from : 0, length, new ImageValidators(ETagOf(response), headers.LastModified));
    }

    private static string Words(Exception failure) => (failure.InnerException ?? failure).Message.TrimEnd('.');
}
