using System.Text;
using System.Text.Json.Nodes;
using BootAppliance.Baremetal.Tests.Replay;

namespace BootAppliance.Baremetal.Tests.Fuzz;

/// <summary>A request that may make no sense.</summary>
internal sealed record WildRequest(string Method, string Path, string? Version, byte[]? Body)
{
    public override string ToString() => $"{Method} {Path} {Version} {(Body is null ? "" : Encoding.UTF8.GetString(Body, 0, Math.Min(Body.Length, 500)))}";
}

/// <summary>Makes requests out of recorded ones: another piece in the path, another value in the JSON, the JSON cut or broken. The same number gives the same requests.</summary>
internal sealed class RequestMutator(int number, IReadOnlyList<Exchange> corpus)
{
    private static readonly string[] methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    private static readonly string[] texts =
    [
        "", " ", "null", "None", "true", "-1", "99999999999999999999", "\n#!ipxe", "${net0/mac}", "a || shell", "../../etc/passwd", "..%2f..%2f", "%00", "%n%s", "'", "\"", "\\", "~", "é\u0000",
        "\ud800", "00000000-0000-0000-0000-000000000000", "ff:ff:ff:ff:ff:ff", "http://169.254.169.254/", new string('x', 5000),
    ];

    private readonly Random random = new(number);

    public WildRequest Next()
    {
        var seed = corpus[random.Next(corpus.Count)];
        var method = OneIn(20) ? Pick(methods) : seed.Method;
        var version = OneIn(10) ? Pick(["1.1", "1.20", "1.96", "latest", "1.97", "2.0", "x", "1.99999999999"]) : seed.Headers.GetValueOrDefault("X-OpenStack-Ironic-API-Version");
        return new WildRequest(method, OneIn(3) ? Path(seed.Path) : seed.Path, version, Body(seed.Body));
    }

    private string Path(string path)
    {
        if (OneIn(3)) return $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Pick(["limit", "marker", "sort_key", "sort_dir", "fields", "detail", "provision_state", "nonesuch"])}={Uri.EscapeDataString(Pick(texts))}";
        var pieces = path.Split('/');
        pieces[random.Next(1, pieces.Length)] = Escape(Pick(texts));
        // Two slashes in front would be another host.
        return "/" + string.Join('/', pieces).TrimStart('/');
    }

    private byte[]? Body(JsonNode? recorded)
    {
        if (recorded is null) return OneIn(20) ? Encoding.UTF8.GetBytes(Pick(["{}", "[]", "null", "{", "[[[[", "\"x\""])) : null;
        var body = recorded.DeepClone();
        if (!OneIn(4)) body = Mutate(body);
        var text = Encoding.UTF8.GetBytes(body?.ToJsonString() ?? "null");
        return random.Next(12) switch
        {
            0 => text[..random.Next(text.Length)],
            1 => [.. text, .. text],
            2 => Encoding.UTF8.GetBytes(new string('[', 5000)),
            3 => Flip(text),
            _ => text,
        };
    }

    private JsonNode? Mutate(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } fields when !OneIn(5):
                var name = fields.ElementAt(random.Next(fields.Count)).Key;
                if (OneIn(6)) fields.Remove(name);
                else if (OneIn(6)) fields[Pick(texts) + name] = Value();
                else fields[name] = Mutate(fields[name]?.DeepClone());
                return fields;
            case JsonArray { Count: > 0 } list when !OneIn(5):
                var index = random.Next(list.Count);
                list[index] = Mutate(list[index]?.DeepClone());
                return list;
            default:
                return Value();
        }
    }

    private JsonNode? Value() => random.Next(8) switch
    {
        0 => null,
        1 => JsonValue.Create(OneIn(2)),
        2 => JsonValue.Create(random.Next(-2, 100000)),
        3 => new JsonArray(JsonValue.Create(Pick(texts)), null),
        4 => new JsonObject { [Pick(texts)] = JsonValue.Create(Pick(texts)) },
        5 => JsonValue.Create(1e300),
        _ => JsonValue.Create(Pick(texts)),
    };

    private byte[] Flip(byte[] text)
    {
        for (var i = 0; i < 3 && text.Length > 0; i++) text[random.Next(text.Length)] = (byte)random.Next(256);
        return text;
    }

    private static string Escape(string text) => text.Contains('%', StringComparison.Ordinal) ? text.Replace(" ", "%20", StringComparison.Ordinal) : Uri.EscapeDataString(text);

    private bool OneIn(int count) => random.Next(count) == 0;

    private string Pick(string[] choices) => choices[random.Next(choices.Length)];
}
