using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Agents;

/// <summary><c>POST /v1/heartbeat/NODE</c>: the agent says that it is there, and where it can be asked.</summary>
internal sealed class AgentHeartbeat(NodeRegistry nodes, AgentOrigin origin, BootTimeline timeline, TimeProvider time)
{
    private const string CallbackUrl = "callback_url";
    private const string Version = "agent_version";
    private const string Token = "agent_token";
    private const string VerifyCa = "agent_verify_ca";
    private const string Status = "agent_status";
    private const string StatusMessage = "agent_status_message";

    private const int LongestText = 1000;
    private const int LongestCertificate = 16 << 10;

    // Since when each field may be sent, and what is said of one that comes too early.
    private static readonly Dictionary<string, (int Since, string TooEarly)> fields = new()
    {
        [CallbackUrl] = (1, ""),
        [Version] = (36, "Field \"agent_version\" not recognised"),
        [Token] = (62, "Field \"agent_token\" not recognised"),
        [VerifyCa] = (68, "Field \"agent_verify_ca\" not recognised in this version"),
        [Status] = (72, "Fields \"agent_status\" and \"agent_status_message\" not recognised."),
        [StatusMessage] = (72, "Fields \"agent_status\" and \"agent_status_message\" not recognised."),
    };

    public async Task<ApiAnswer> AnswerAsync(ApiCall call)
    {
        if (!origin.Admits(call.Context)) throw BaremetalException.NotFound();
        var body = await ReadAsync(call);
        if (!body.TryGetValue(CallbackUrl, out var url)) throw BaremetalException.Bad($"Missing mandatory parameter: {CallbackUrl}");
        var ident = call.Route("id");
        var node = (Guid.TryParse(ident, out var uuid) ? nodes.FindByUuid(uuid) : nodes.FindByName(ident)) ?? throw BaremetalException.NotFound($"Node {ident} could not be found.");
        if (!body.TryGetValue(Token, out var token)) throw Refused(call, node, "Agent token is required for heartbeat processing.");

        // Before anybody has to wait for it: who has no token does not keep the node from those who have one.
        Check(call, node, url, token);
        using var held = await nodes.HoldAsync(node.Uuid, cancellation: call.Cancellation);
        Check(call, held.Node, url, token);
        if (held.Node.ProvisionState.Has(ProvisionTraits.LookupAllowed))
            await held.UpdateAsync(n => n with { DriverInternalInfo = Kept(n.DriverInternalInfo, body) }, $"heartbeat of the agent at {url}{Words(body)}", MachineEventKind.AgentHeartbeat);
        return new ApiAnswer(StatusCodes.Status202Accepted);
    }

    private static async Task<Dictionary<string, string>> ReadAsync(ApiCall call)
    {
        var body = new Dictionary<string, string>();
        List<string> unexpected = [];
        foreach (var member in (await call.ObjectAsync()).EnumerateObject())
        {
            if (!fields.TryGetValue(member.Name, out var field)) unexpected.Add(member.Name);
            else if (member.Value.ValueKind == JsonValueKind.Null) continue;
            else if (!call.Version.Has(field.Since)) throw BaremetalException.Bad(field.TooEarly);
            else body[member.Name] = Text(member);
        }

        return unexpected.Count == 0 ? body : throw BaremetalException.Bad($"Unexpected arguments: {string.Join(", ", unexpected)}");
    }

    private static string Text(JsonProperty member)
    {
        var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : throw BaremetalException.Bad($"Expected string for {member.Name}: {member.Value.GetRawText()}");
        if (member.NameEquals(VerifyCa)) return IsCertificate(text) ? text : throw BaremetalException.Bad($"{VerifyCa} is not a certificate in the form of PEM.");
        return text.Length <= LongestText && !text.Any(char.IsControl) ? text : throw BaremetalException.Bad($"{member.Name} is longer than {LongestText} characters, or not one line.");
    }

    private static bool IsCertificate(string text)
    {
        if (text.Length > LongestCertificate) return false;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private void Check(ApiCall call, Node node, string url, string token)
    {
        if (!IsToken(node, token)) throw Refused(call, node, "Invalid or missing agent token received.");
        if (origin.Impostor(call.Context, node) is { } other) throw Refused(call, node, "Invalid or missing agent token received.", $"it is the right one, but the machine of node {other.Label} sent it");
        if (node.DriverInternalInfo.Text(AgentToken.UrlKey) is { } before && before != url) throw Refused(call, node, "Detected change in ramdisk provided \"callback_url\"", $"{before} became {url}");
        if (origin.FindProblem(url, AgentOrigin.Of(call.Context)) is { } problem) throw Refused(call, node, $"{CallbackUrl} {url} {problem}.");
    }

    /// <summary>Takes as long for a wrong token as for the right one, and for a node that has none.</summary>
    private static bool IsToken(Node node, string token)
    {
        var secret = node.Secret();
        var same = CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), SHA256.HashData(Encoding.UTF8.GetBytes(secret ?? "")));
        return same && secret is not null;
    }

    private BaremetalException Refused(ApiCall call, Node node, string message, string? why = null)
    {
        timeline.AgentRefused(AgentOrigin.Of(call.Context), node, $"a heartbeat was refused: {message}{(why is null ? "" : $" ({why})")}");
        return BaremetalException.Bad(message);
    }

    private JsonFields Kept(JsonFields info, Dictionary<string, string> body)
    {
        info = info.With(AgentToken.UrlKey, (JsonNode)body[CallbackUrl])
            .With("agent_last_heartbeat", (JsonNode)time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture));
        foreach (var key in (string[])[Version, VerifyCa, Status, StatusMessage])
        {
            if (body.TryGetValue(key, out var value)) info = info.With(key, (JsonNode)value);
        }

        return info;
    }

    private static string Words(Dictionary<string, string> body)
    {
        var version = body.TryGetValue(Version, out var v) ? $", version {v}" : "";
        var status = body.TryGetValue(Status, out var s) ? $", which says {s}{(body.TryGetValue(StatusMessage, out var m) ? $": {m}" : "")}" : "";
        return version + status;
    }
}
