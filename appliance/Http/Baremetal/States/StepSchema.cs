using System.Text.Json;

namespace BootAppliance.Http.Baremetal.States;

/// <summary>What a step that a client asks for looks like.</summary>
internal static class StepSchema
{
    private static readonly string[] interfaces = ["power", "management", "deploy", "bios", "raid", "firmware", "vendor"];
    private static readonly string[] fields = ["interface", "step", "args", "priority"];

    /// <summary>What is wrong with a step, in the words of Ironic's validation; null: nothing.</summary>
    public static string? Problem(JsonElement step, ReadOnlySpan<string> required)
    {
        if (step.ValueKind != JsonValueKind.Object) return $"{step.GetRawText()} is not of type 'object'";
        foreach (var name in required)
        {
            if (!step.TryGetProperty(name, out _)) return $"'{name}' is a required property";
        }

        foreach (var member in step.EnumerateObject())
        {
            if (!fields.Contains(member.Name) || (member.Name == "priority" && !required.Contains("priority")))
                return $"Additional properties are not allowed ('{member.Name}' was unexpected)";
            if (Problem(member.Name, member.Value) is { } problem) return problem;
        }

        return null;
    }

    private static string? Problem(string name, JsonElement value) => name switch
    {
        "interface" when value.ValueKind != JsonValueKind.String || !interfaces.Contains(value.GetString()) => $"{Quote(value)} is not one of [{string.Join(", ", interfaces.Select(i => $"'{i}'"))}]",
        "step" when value.ValueKind != JsonValueKind.String => $"{Quote(value)} is not of type 'string'",
        "step" when value.GetString()!.Length == 0 => "'' is too short",
        "args" when value.ValueKind != JsonValueKind.Object => $"{Quote(value)} is not of type 'object'",
        "priority" when !IsPriority(value) => $"{Quote(value)} is not valid under any of the given schemas",
        _ => null,
    };

    private static bool IsPriority(JsonElement value) =>
        (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0)
        || (value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _));

    private static string Quote(JsonElement value) => value.ValueKind == JsonValueKind.String ? $"'{value.GetString()}'" : value.GetRawText();
}
