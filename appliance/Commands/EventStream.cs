using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BootAppliance.Commands.Output;

namespace BootAppliance.Commands;

/// <summary>The appliance's server-sent events, taken up again where they broke off when the appliance restarts.</summary>
internal sealed class EventStream(ApiClient api, string path, Terminal terminal)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private string lastEventId = "";

    public async IAsyncEnumerable<ApiAnswer> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        // An appliance that does not answer at the first try is an error; one that answered once will probably come back.
        var response = await OpenAsync(cancellation);
        while (true)
        {
            using (response)
            {
                await foreach (var seen in ReadAsync(response, cancellation)) yield return seen;
            }

            await terminal.Error.WriteLineAsync("the appliance broke off; waiting for it to come back");
            response = await ReopenAsync(cancellation);
            await terminal.Error.WriteLineAsync("the appliance is back");
        }
    }

    private async IAsyncEnumerable<ApiAnswer> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellation), (_, data) => new ApiAnswer(JsonElement.Parse(data)));
        await using var events = parser.EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
        while (await MoveNextAsync(events))
        {
            lastEventId = parser.LastEventId;
            yield return events.Current.Data;
        }
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<SseItem<ApiAnswer>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception brokenOff) when (brokenOff is IOException or HttpRequestException)
        {
            return false;
        }
        catch (JsonException notJson)
        {
            throw new ApiFailure($"an event of the appliance was not understood: {notJson.Message}", notJson);
        }
    }

    private async Task<HttpResponseMessage> ReopenAsync(CancellationToken cancellation)
    {
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, terminal.Time, cancellation);
            try
            {
                return await OpenAsync(cancellation);
            }
            catch (ApiFailure)
            {
                // Still starting: the next try comes after a longer pause.
            }
        }
    }

    private Task<HttpResponseMessage> OpenAsync(CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId.Length > 0) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return api.OpenAsync(request, cancellation);
    }
}
