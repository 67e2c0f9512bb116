using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.States;

/// <summary>What an instance finds on its config drive: an image in base64, or what is to be put into one.</summary>
internal static class ConfigDrive
{
    private const int ObjectsSince = 56;
    private const int VendorDataSince = 59;
    private const int RebuildSince = 35;

    /// <summary>Reads it; null where none is given, as also where the text is empty.</summary>
    public static JsonNode? Read(StateBody body, string target, ApiCall call)
    {
        var value = body.Value("configdrive");
        if (value.ValueKind == JsonValueKind.Undefined || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0)) return null;
        string[] allowed = call.Version.Has(RebuildSince) ? ["active", "rebuild"] : ["active"];
        if (!allowed.Contains(target == "deploy" ? "active" : target))
            throw BaremetalException.Bad($"Adding a config drive is only supported when setting provision state to {string.Join(", ", allowed)}");
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        if (FindProblem(value) is { } problem) throw BaremetalException.Bad($"Invalid configdrive format: {problem}");
        if (!call.Version.Has(ObjectsSince)) throw TooNew("a JSON object for configdrive", ObjectsSince);
        if (value.TryGetProperty("vendor_data", out _) && !call.Version.Has(VendorDataSince)) throw TooNew("vendor_data in configdrive", VendorDataSince);
        return JsonNode.Parse(value.GetRawText());
    }

    private static BaremetalException TooNew(string what, int since) => BaremetalException.Bad($"Providing {what} is only supported starting with API version 1.{since}");

    /// <summary>What is wrong with it; null: nothing.</summary>
    public static string? FindProblem(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return null;
        if (value.ValueKind != JsonValueKind.Object) return $"{value.GetRawText()} is neither a string nor an object";
        foreach (var member in value.EnumerateObject())
        {
            var isRight = member.Name switch
            {
                "meta_data" or "network_data" or "vendor_data" => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Null,
                "user_data" => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String or JsonValueKind.Null,
                _ => false,
            };
            if (!isRight) return $"'{member.Name}' is not expected, or not of the expected type";
        }

        return null;
    }
}
