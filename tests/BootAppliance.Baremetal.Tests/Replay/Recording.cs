using System.Text.Json.Nodes;

namespace BootAppliance.Baremetal.Tests.Replay;

/// <summary>One exchange between a real client and the real Ironic.</summary>
/// <param name="Label">What it is about, with the recording's number in front.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path and query.</param>
/// <param name="Headers">What the client sent that matters.</param>
/// <param name="Body">The JSON that it sent.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Location">Where the answer says that the thing is.</param>
/// <param name="Answer">The JSON of the answer.</param>
internal sealed record Exchange(
    string Label, string Method, string Path, IReadOnlyDictionary<string, string> Headers, JsonNode? Body, int Status, string? Location, JsonNode? Answer);

/// <summary>The recorded exchanges of one file.</summary>
internal static class Recording
{
    public static IReadOnlyList<Exchange> Load(string number)
    {
        var file = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Recordings"), number + "-*.json").Single();
        return [.. JsonNode.Parse(File.ReadAllText(file))!["exchanges"]!.AsArray().Select(exchange => Read(number, exchange!))];
    }

    private static Exchange Read(string number, JsonNode exchange)
    {
        var (request, response) = (exchange["request"]!, exchange["response"]!);
        return new(
            $"{number}/{exchange["label"]}", request["method"]!.ToString(), request["path"]!.ToString(),
            request["headers"]?.AsObject().ToDictionary(h => h.Key, h => h.Value!.ToString(), StringComparer.OrdinalIgnoreCase) ?? [],
            request["body"], (int)response["status"]!, response["headers"]?["Location"]?.ToString(), response["body"]);
    }
}
