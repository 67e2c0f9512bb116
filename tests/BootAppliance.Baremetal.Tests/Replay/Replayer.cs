using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BootAppliance.Baremetal.Tests.Replay;

/// <summary>Something in which the appliance answers otherwise than Ironic did.</summary>
/// <param name="Label">The exchange.</param>
/// <param name="Text">What is different.</param>
internal sealed record Difference(string Label, string Text)
{
    public override string ToString() => $"{Label} | {Text}";
}

/// <summary>
/// Sends the requests of recordings to the appliance, in their order, and compares the answers. What Ironic made up itself, UUIDs, is put in
/// place of what the appliance makes up, in everything that follows.
/// </summary>
internal sealed partial class Replayer(RunningAppliance appliance) : IDisposable
{
    private static readonly string[] moving = ["provision_state", "power_state", "state"];

    /// <summary>What is under way gets there, however busy this computer is.</summary>
    private static readonly TimeSpan TimeToArrive = TimeSpan.FromSeconds(60);

    /// <summary>What differs and does not move stays so, but for power states, which are looked at now and then.</summary>
    private static readonly TimeSpan TimeToSettle = TimeSpan.FromSeconds(3);

    private const string Power = "/states/power";

    private static readonly string[] resting = ["wait", "failed", "error"];
    private static readonly string[] sent = ["X-OpenStack-Ironic-API-Version", "OpenStack-API-Version", "X-Auth-Token"];

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = appliance.Root };
    private readonly Dictionary<string, string> ours = [];

    public List<Difference> Differences { get; } = [];

    public async Task PlayAsync(IEnumerable<Exchange> exchanges, CancellationToken cancellation)
    {
        foreach (var exchange in exchanges) await PlayAsync(exchange, cancellation);
    }

    public void Dispose() => http.Dispose();

    private async Task PlayAsync(Exchange exchange, CancellationToken cancellation)
    {
        var (answer, body) = await SendAsync(exchange, cancellation);
        for (var waited = Stopwatch.StartNew(); Waits(exchange, answer, body) && waited.Elapsed < (IsArriving(body) ? TimeToArrive : TimeToSettle);)
        {
            answer.Dispose();
            await Task.Delay(50, cancellation);
            (answer, body) = await SendAsync(exchange, cancellation);
        }

        using (answer)
        {
            Learn(exchange.Answer, body);
            Compare(exchange, answer, body);
        }

        if (exchange is { Method: "PUT", Status: (int)HttpStatusCode.Accepted } && exchange.Path.EndsWith(Power, StringComparison.Ordinal)) await RestAsync(exchange.Path[..^Power.Length], cancellation);
    }

    /// <summary>
    /// Between two commands of a recording lies the time in which a machine is switched; what a node can be taken for depends on its power state. The appliance
    /// is another process, and Ironic's API has nothing that a client could wait on: it is asked again and again, as every client does.
    /// </summary>
    private async Task RestAsync(string node, CancellationToken cancellation)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50, cancellation))
        {
            // Nodes have names since 1.5.
            using var request = new HttpRequestMessage(HttpMethod.Get, Ours(node)) { Headers = { { sent[0], "1.5" } } };
            using var answer = await http.SendAsync(request, cancellation);
            if (Parse(await answer.Content.ReadAsStringAsync(cancellation)) is JsonObject shown && shown["reservation"] is null && shown["target_power_state"] is null) return;
            if (waited.Elapsed > TimeToArrive) throw new TimeoutException($"{node} is still being switched after {TimeToArrive.TotalSeconds} s");
        }
    }

    /// <summary>Ironic was asked until the node was where it was going; here it may be there sooner or later. What is refused as busy is asked again, as clients do.</summary>
    private static bool Waits(Exchange exchange, HttpResponseMessage answer, JsonNode? body)
    {
        if (answer.StatusCode == HttpStatusCode.Conflict) return exchange.Status != (int)HttpStatusCode.Conflict;
        return exchange is { Method: "GET", Answer: JsonObject recorded } && !IsUnderWay(recorded) && body is JsonObject node && moving.Any(field => Differs(recorded, node, field));
    }

    /// <summary>It is under way here, and needs nobody for the rest: no agent that calls back, and no operator.</summary>
    private static bool IsArriving(JsonNode? body) => Message(body)?.Contains("is locked by", StringComparison.Ordinal) == true
        || (IsUnderWay(body) && !resting.Any(word => body!["provision_state"]?.ToString().Contains(word, StringComparison.Ordinal) == true));

    /// <summary>The node or allocation was caught on its way: what it is here at that moment says nothing, only which fields it has.</summary>
    private static bool IsUnderWay(JsonNode? recorded) => recorded is JsonObject item
        && (item["target_provision_state"] is not null || item["state"]?.ToString() == "allocating");

    private static bool Differs(JsonObject recorded, JsonObject node, string field) =>
        recorded.TryGetPropertyValue(field, out var value) && !JsonNode.DeepEquals(value, node[field]);

    private async Task<(HttpResponseMessage Answer, JsonNode? Body)> SendAsync(Exchange exchange, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(exchange.Method), Ours(exchange.Path));
        foreach (var name in sent)
        {
            if (exchange.Headers.TryGetValue(name, out var value)) request.Headers.TryAddWithoutValidation(name, value);
        }

        if (exchange.Body is not null)
        {
            // A body that was no JSON was recorded as a text.
            var text = exchange.Body.GetValueKind() == JsonValueKind.String ? exchange.Body.ToString() : exchange.Body.ToJsonString();
            request.Content = new StringContent(Ours(text), Encoding.UTF8, "application/json");
        }

        var answer = await http.SendAsync(request, cancellation);
        var content = await answer.Content.ReadAsStringAsync(cancellation);
        return (answer, content.Length == 0 ? null : Parse(content));
    }

    private void Compare(Exchange exchange, HttpResponseMessage answer, JsonNode? body)
    {
        if ((int)answer.StatusCode != exchange.Status)
        {
            Add(exchange, $"status {exchange.Status} → {(int)answer.StatusCode} {Message(body)}");
            return;
        }

        if ((exchange.Location is null) != (answer.Headers.Location is null)) Add(exchange, $"Location: {exchange.Location} → {answer.Headers.Location}");
        if (!answer.Headers.Contains("X-OpenStack-Ironic-API-Version")) Add(exchange, "no version header");
        if (exchange.Status >= 400)
        {
            if (Message(exchange.Answer) is { } words && Ours(words) != Message(body)) Add(exchange, $"words: {words} → {Message(body)}");
            if (body?["error_message"]?.GetValueKind() != JsonValueKind.String) Add(exchange, "error_message is no text");
            return;
        }

        var recorded = exchange.Answer is null ? null : Parse(Ours(exchange.Answer.ToJsonString()));
        foreach (var difference in JsonDifference.Find(recorded, body).Distinct())
        {
            if (!IsUnderWay(recorded) || FieldOfNode().IsMatch(difference)) Add(exchange, difference);
        }
    }

    private void Add(Exchange exchange, string text) => Differences.Add(new(exchange.Label, text));

    /// <summary>What the client's user reads.</summary>
    private static string? Message(JsonNode? body)
    {
        var message = (body as JsonObject)?["error_message"];
        if (message?.GetValueKind() == JsonValueKind.String) message = Parse(message.ToString());
        return (message?["faultstring"] ?? message?["description"])?.ToString();
    }

    /// <summary>Learns which of our UUIDs stands for which of Ironic's, where both have one at the same place.</summary>
    private void Learn(JsonNode? recorded, JsonNode? answered)
    {
        switch (recorded, answered)
        {
            case (JsonObject before, JsonObject now):
                foreach (var (name, value) in before) Learn(value, now[name]);
                break;
            case (JsonArray before, JsonArray now) when before.Count == now.Count:
                for (var i = 0; i < before.Count; i++) Learn(before[i], now[i]);
                break;
            case (JsonValue before, JsonValue now) when Guid.TryParse(before.ToString(), out _) && Guid.TryParse(now.ToString(), out _):
                ours.TryAdd(before.ToString(), now.ToString());
                break;
        }
    }

    private string Ours(string text) => appliance.Ours(Uuid().Replace(text, match => ours.GetValueOrDefault(match.Value, match.Value)));

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    [GeneratedRegex(@"^\$\.\w+: (missing|added)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FieldOfNode();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uuid();
}
