using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>What clients never read back: passwords, tokens and keys in the fields of a node. In their place stands a mask, and a client that writes the mask changes nothing.</summary>
internal static class NodeSecrets
{
    private const string Mask = "******";

    // The pieces of names that Ironic takes for secrets, and the keys of SNMP and IPMI.
    private static readonly string[] words =
    [
        "password", "passphrase", "adminpass", "admin_pass", "new_pass", "sys_pswd", "secret", "token", "auth_key", "private_key", "priv_key", "encrypted_key", "sslkey", "hex_kg_key", "configdrive",
    ];

    public static bool IsSecret(string key) => words.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>In <c>instance_info</c>, the address of an image may carry the right to fetch it.</summary>
    public static bool IsSecretOfInstance(string key) => IsSecret(key) || key == "image_url";

    /// <summary>The fields, masked.</summary>
    public static JsonElement Masked(JsonFields fields, Func<string, bool> isSecret) => JsonElement.Parse(MaskedText(fields.ToElement(), isSecret));

    /// <summary>Writes the fields, masked.</summary>
    public static void Write(Utf8JsonWriter writer, JsonFields fields, Func<string, bool> isSecret) => Write(writer, fields.ToElement(), isSecret);

    /// <summary>What a client wrote, with the secrets that it does not know put back in place of their masks.</summary>
    public static JsonFields Restore(JsonFields before, JsonFields after, Func<string, bool> isSecret)
    {
        if (!after.ToString().Contains(Mask, StringComparison.Ordinal)) return after;
        var restored = JsonObject.Create(after.ToElement())!;
        Restore(before.ToElement(), restored, isSecret);
        return JsonFields.Parse(restored.ToJsonString());
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, Func<string, bool> isSecret)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (isSecret(member.Name) && IsMasked(member.Value)) writer.WriteStringValue(Mask);
                    else Write(writer, member.Value, isSecret);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(writer, item, isSecret);
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    // A flag tells nothing, as in agent_secret_token_pregenerated.
    private static bool IsMasked(JsonElement value) => value.ValueKind is not (JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False);

    private static void Restore(JsonElement before, JsonNode? after, Func<string, bool> isSecret)
    {
        switch (after)
        {
            case JsonObject fields when before.ValueKind == JsonValueKind.Object:
                foreach (var (key, value) in fields.ToList())
                {
                    if (!before.TryGetProperty(key, out var old)) continue;
                    if (isSecret(key) && value is JsonValue text && text.TryGetValue<string>(out var written) && written == Mask) fields[key] = JsonNode.Parse(old.GetRawText());
                    else Restore(old, value, isSecret);
                }

                break;
            case JsonArray list when before.ValueKind == JsonValueKind.Array:
                RestoreItems([.. before.EnumerateArray()], list, isSecret);
                break;
        }
    }

    /// <summary>Items have no names: one is meant that reads as this one does, or else the one in this place if the list is as long as it was.</summary>
    private static void RestoreItems(JsonElement[] before, JsonArray after, Func<string, bool> isSecret)
    {
        string[] texts = [.. before.Select(item => MaskedText(item, isSecret))];
        var places = texts.Index().DistinctBy(item => item.Item).ToDictionary(item => item.Item, item => item.Index);
        for (var place = 0; place < after.Count; place++)
        {
            var text = after[place]?.ToJsonString() ?? "";
            if (!text.Contains(Mask, StringComparison.Ordinal)) continue;
            var isThis = place < texts.Length && (texts[place] == text || (texts.Length == after.Count && !places.ContainsKey(text)));
            if (!isThis && !places.ContainsKey(text)) throw BaremetalException.Bad("A list was made longer or shorter and one of its items with a masked secret was changed: write the secret itself there");
            Restore(before[isThis ? place : places[text]], after[place], isSecret);
        }
    }

    private static string MaskedText(JsonElement value, Func<string, bool> isSecret)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, value, isSecret);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
