using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BootAppliance.Nodes;
using BootAppliance.Tests;

namespace BootAppliance.Fuzz.Http;

/// <summary>
/// What clients ask of the management plane: every answer is one, none is "500", and a refusal has a reason. An input is the request line without its protocol, the version that is asked for, and the
/// body, a line each: so that its damages are those of a request, not of HTTP.
/// </summary>
public sealed partial class ApiTarget : FuzzTarget
{
    private DirectoryInfo? folder;
    private ManagementServer? server;

    public override string Name => "api";

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Recorded().Concat(Own).Distinct().Select(Encoding.UTF8.GetBytes)];

    /// <summary>What is only ours.</summary>
    private static IEnumerable<string> Own =>
    [
        "GET /api/nodes\n\n", "GET /api/nodes/web1\n\n", "GET /api/events?node=web1&after=0&limit=10\n\n", "GET /api/leases\n\n", "DELETE /api/leases/192.0.2.100\n\n", "GET /api/discovered\n\n",
        "GET /api/boot/preview?mac=52:54:00:12:34:56&arch=x86_64&firmware=uefi&ipxe=true\n\n", "GET /api/boot/preview?node=web1\n\n", "GET /api/dhcp/export?format=kea&subnets=true\n\n", "GET /api/settings\n\n",
        """
        POST /api/nodes

        {"name": "web1", "macs": ["52:54:00:12:34:56"], "kernel": "vmlinuz", "initrds": ["initrd.img"], "args": "console=ttyS0", "arch": "x86_64", "loader": "snponly.efi", "deploy": false}
        """,
        """
        PATCH /api/nodes/web1

        {"name": "web1", "macs": ["52:54:00:12:34:57"], "initrds": [], "reply_form": "plain", "vlan": "5", "maintenance": true, "maintenance_reason": "x"}
        """,
        """
        PUT /api/nodes/web1/provision

        {"target": "active", "steps": [{"interface": "deploy", "step": "deploy", "args": {}, "priority": 50}], "config_drive": {"meta_data": {}}, "wait": false}
        """,
        "PUT /api/nodes/web1/provision\n\n{\"target\": \"rescue\", \"rescue_password\": \"x\", \"disable_ramdisk\": true}",
        "POST /api/discovered/52:54:00:12:34:58/adopt\n\n{\"name\": \"web2\"}",
        "DELETE /api/nodes/web1\n\n",
    ];

    public override void Begin()
    {
        folder = Directory.CreateTempSubdirectory("fuzz-api-");
        server = ManagementServer.StartAsync(Socket, TimeProvider.System).GetAwaiter().GetResult();
        // Those that the recorded clients ask for by the UUIDs that they had.
        var uuids = Seeds.SelectMany(seed => NodePath().Matches(Encoding.UTF8.GetString(seed))).Select(match => Guid.Parse(match.Groups["uuid"].ValueSpan)).Distinct();
        foreach (var uuid in uuids) server.Nodes.AddAsync(new Node { Uuid = uuid, Driver = "fake-hardware", ProvisionState = ProvisionState.Manageable }).GetAwaiter().GetResult();
        foreach (var seed in Seeds) Ask(seed);
    }

    public override void End()
    {
        server!.DisposeAsync().AsTask().GetAwaiter().GetResult();
        folder!.Delete(recursive: true);
    }

    public override void Run(byte[] input)
    {
        var (status, body) = Ask(input);
        Require(status is >= 200 and < 500, $"{status} {body}");
        Require(status < 400 || HasReason(body), $"{status} without a reason: {body}");
    }

    private string Socket => Path.Combine(folder!.FullName, "api.sock");

    private static IEnumerable<string> Recorded() =>
        from file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Recordings"), "*.json").Order(StringComparer.Ordinal)
        from exchange in JsonElement.Parse(File.ReadAllBytes(file)).GetProperty("exchanges").EnumerateArray()
        select Line(exchange.GetProperty("request"));

    private static string Line(JsonElement request)
    {
        var version = request.TryGetProperty("headers", out var headers) && headers.TryGetProperty("X-OpenStack-Ironic-API-Version", out var header) ? header.GetString() : "";
        var body = request.TryGetProperty("body", out var sent) && sent.ValueKind is not JsonValueKind.Null ? sent.GetRawText() : "";
        return $"{request.GetProperty("method")} {request.GetProperty("path")}\n{version}\n{body}";
    }

    private (int Status, string Body) Ask(byte[] input)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Socket));
        using var stream = new NetworkStream(socket);
        stream.Write(Request(input));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = reader.ReadToEnd();
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Require(answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && end > 0, $"no answer: {answer}");
        return (int.Parse(answer.AsSpan(9, 3)), answer[(end + 4)..]);
    }

    private static byte[] Request(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input).Split('\n', 3);
        var body = text.Length > 2 ? text[2] : "";
        var version = text.Length > 1 && text[1].Length > 0 ? $"X-OpenStack-Ironic-API-Version: {text[1]}\r\n" : "";
        // 1.0: an answer without chunks, and the connection ends with it.
        return Encoding.Latin1.GetBytes(
            $"{text[0]} HTTP/1.0\r\nHost: localhost\r\n{version}{(body.Length > 0 ? "Content-Type: application/json\r\n" : "")}Content-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>The server itself answers what is no HTTP, and the boot routes whatever they refuse, without a word in JSON.</summary>
    private static bool HasReason(string body) => body.Length == 0 || body == "Not Found\n" || body.Contains("\"error_message\":\"", StringComparison.Ordinal) || body.Contains("\"message\":\"", StringComparison.Ordinal);

    [GeneratedRegex("/v1/nodes/(?<uuid>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NodePath();
}
