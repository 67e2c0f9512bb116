using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BootAppliance.Baremetal.Tests.Replay;

/// <summary>Where two JSON values are not alike: which fields there are, of what kind they are, and what they say where that is not different by nature.</summary>
internal static partial class JsonDifference
{
    private static readonly string[] elsewhere = [".conductor", ".hosts[]", ".reservation", ".hostname", "version.version", "versions[].version", "$.next"];

    public static IEnumerable<string> Find(JsonNode? recorded, JsonNode? ours, string path = "$")
    {
        var (recordedKind, ourKind) = (Kind(recorded), Kind(ours));
        if (recordedKind != ourKind)
        {
            // Who works on the node at that moment, if anybody does.
            if (path.EndsWith(".reservation", StringComparison.Ordinal)) yield break;

            yield return $"{path}: {Shown(recorded)} → {Shown(ours)}";
            yield break;
        }

        switch (recorded)
        {
            case JsonObject fields:
                var other = ours!.AsObject();
                foreach (var (name, value) in fields)
                {
                    if (!other.ContainsKey(name)) yield return $"{path}.{name}: missing";
                    else
                        foreach (var difference in Find(value, other[name], $"{path}.{name}")) yield return difference;
                }

                foreach (var (name, _) in other.Where(member => !fields.ContainsKey(member.Key))) yield return $"{path}.{name}: added";
                break;
            case JsonArray list:
                var otherList = ours!.AsArray();
                if (list.Count != otherList.Count) yield return $"{path}: {list.Count} → {otherList.Count} items";
                for (var i = 0; i < Math.Min(list.Count, otherList.Count); i++)
                    foreach (var difference in Find(list[i], otherList[i], $"{path}[]")) yield return difference;
                break;
            default:
                if (!IsAlike(path, recorded, ours)) yield return $"{path}: {Shown(recorded)} → {Shown(ours)}";
                break;
        }
    }

    /// <summary>Two moments are alike, two newest versions, and two names of the conductor: they say the same thing of another time and place.</summary>
    private static bool IsAlike(string path, JsonNode? recorded, JsonNode? ours) => JsonNode.DeepEquals(recorded, ours)
        || elsewhere.Any(end => path.EndsWith(end, StringComparison.Ordinal))
        || (recorded?.GetValueKind() == JsonValueKind.String && Moment().IsMatch(recorded.ToString()) && Moment().IsMatch(ours!.ToString()));

    private static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        { } kind => kind.ToString(),
    };

    private static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 200 ? text : text[..200] + "…";
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Moment();
}
