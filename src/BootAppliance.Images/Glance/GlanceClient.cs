using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace BootAppliance.Images;

/// <summary>What came of asking Glance for an image.</summary>
/// <param name="Image">The image, ready to be fetched; null: it is not.</param>
/// <param name="Problem">Why not, in one sentence without its full stop.</param>
/// <param name="IsPassing">Whether Glance could not be asked, or not by us, rather than said that the image cannot be had.</param>
public sealed record GlanceAnswer(GlanceImage? Image, string? Problem = null, bool IsPassing = false);

/// <summary>Asks an OpenStack Glance (its API v2).</summary>
/// <param name="endpoint">Scheme, host and port, with the path that Glance may be below.</param>
/// <param name="tokens">What it wants to see; null: it asks nobody who he is.</param>
/// <param name="http">How it is asked.</param>
/// <param name="clock">Compares its clock with ours.</param>
/// <param name="time">The clock.</param>
public sealed class GlanceClient(Uri endpoint, IGlanceTokens? tokens, HttpClient http, StoreClock clock, TimeProvider time)
{
    private static readonly TimeSpan timeToAnswer = TimeSpan.FromSeconds(3);

    private readonly string root = endpoint.AbsoluteUri.TrimEnd('/');

    /// <summary>Where the content of an image is.</summary>
    public Uri FileUrl(Guid image) => new($"{root}/v2/images/{image}/file");

    /// <summary>What a request for it must have besides.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> HeadersAsync(CancellationToken cancellation) =>
        tokens is null ? [] : [new("X-Auth-Token", await tokens.GetAsync(refused: null, cancellation))];

    /// <summary>Asks for an image.</summary>
    public async Task<GlanceAnswer> ShowAsync(Guid image, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeToAnswer, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            var now = time.GetUtcNow();
            using var answer = await AskAsync($"{root}/v2/images/{image}", both.Token);
            clock.Compare(answer.Headers.Date, now);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => Judge(image, await answer.Content.ReadFromJsonAsync<GlanceImage>(GlanceImage.Json, both.Token)),
                HttpStatusCode.NotFound => new(null, $"Glance has no image {image}, or does not show it to us"),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(null, $"Glance does not show image {image} to us ({(int)answer.StatusCode}): see Glance:Token and Glance:Keystone", IsPassing: true),
                var status => new(null, $"Glance answers {(int)status} when it is asked for image {image}", IsPassing: true),
            };
        }
        catch (KeystoneException refusal)
        {
            return new(null, refusal.Message, IsPassing: true);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException or InvalidOperationException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Of a charset that nobody knows comes an InvalidOperationException.
            return new(null, failure is JsonException or InvalidOperationException ? $"what answers at {endpoint.Authority} is no Glance" : $"Glance does not answer at {endpoint.Authority}", IsPassing: true);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(string url, CancellationToken cancellation)
    {
        for (string? refused = null; ;)
        {
            var token = tokens is null ? null : await tokens.GetAsync(refused, cancellation);
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (token is not null) request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (answer.StatusCode != HttpStatusCode.Unauthorized || token == refused || refused is not null) return answer;
            answer.Dispose();
            refused = token;
        }
    }

    private static GlanceAnswer Judge(Guid image, GlanceImage? shown) => shown switch
    {
        { Status: "active" } => new(shown),
        { Status: "queued" or "saving" or "uploading" or "importing" } => new(null, $"image {image} is not in Glance yet: it is {shown.Status}"),
        { Status: "deactivated" } => new(null, $"image {image} was deactivated in Glance"),
        _ => new(null, $"image {image} cannot be had from Glance: it is {WordOf(shown?.Status ?? "")}"),
    };

    /// <summary>States are words; more than that is not repeated.</summary>
    private static string WordOf(string text) => string.Concat(text.Take(40).TakeWhile(c => char.IsAsciiLetter(c) || c == '_')) is { Length: > 0 } word ? word : "in no state that has a name";
}
