using System.Text.Json;

namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>The two links that Ironic gives to everything: with the version in the path, and without.</summary>
internal static class Links
{
    /// <summary>Writes a list of the two links.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="call">Whose root the links have.</param>
    /// <param name="path">The path below the version, without a slash in front.</param>
    public static void Write(Utf8JsonWriter writer, ApiCall call, string path)
    {
        writer.WriteStartArray();
        Write(writer, $"{call.Root}/v1/{path}", "self");
        Write(writer, $"{call.Root}/{path}", "bookmark");
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, string href, string relation)
    {
        writer.WriteStartObject();
        writer.WriteString("href", href);
        writer.WriteString("rel", relation);
        writer.WriteEndObject();
    }
}
