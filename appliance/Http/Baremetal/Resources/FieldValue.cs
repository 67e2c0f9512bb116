using System.Globalization;
using System.Text.Json;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>What a client writes into a field, read as one kind of value or refused in the words that Ironic has for it.</summary>
/// <param name="Resource">What the field belongs to, as in <c>node</c>.</param>
/// <param name="Field">The field's name.</param>
/// <param name="Value">The JSON; undefined where the field is taken away, which leads to its default.</param>
internal readonly record struct FieldValue(string Resource, string Field, JsonElement Value)
{
    private bool IsNothing => Value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public string? Text() => IsNothing ? null : Value.ValueKind == JsonValueKind.String ? Value.GetString() : throw Wrong("'string', 'null'");

    public string RequiredText() => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong("'string'");

    /// <summary>Clients write flags as JSON, and as texts in any case.</summary>
    public bool? Flag() => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => FlagOf(Value.GetString()!) ?? throw Unrecognized(),
        _ => throw Unrecognized(),
    };

    public Guid? Uuid() => Text() is not { } text ? null
        : Guid.TryParse(text, out var uuid) ? uuid : throw BaremetalException.Bad($"Expected UUID for {Field}: {text}");

    public MacAddress? Mac() => Text() is not { } text ? null
        : MacAddress.TryParse(text, out var mac) ? mac : throw BaremetalException.Bad($"Expected valid MAC address for {Field}: {text}");

    public MacAddress RequiredMac() => Mac() ?? throw Wrong("'string'");

    public Guid RequiredUuid() => Uuid() ?? throw Wrong("'string'");

    public JsonFields Object() => IsNothing ? JsonFields.Empty
        : Value.ValueKind == JsonValueKind.Object ? JsonFields.From(Value) : throw Wrong("'object', 'null'");

    public IReadOnlyList<string> Texts() => IsNothing ? []
        : Value.ValueKind == JsonValueKind.Array && Value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
            ? [.. Value.EnumerateArray().Select(v => v.GetString()!)]
            : throw Wrong("'array'");

    public int Integer() => Value.ValueKind switch
    {
        JsonValueKind.Number when Value.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(Value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Wrong("'integer'"),
    };

    public static bool? FlagOf(string text) => text.Trim().ToLowerInvariant() switch
    {
        "true" or "t" or "yes" or "y" or "on" or "1" => true,
        "false" or "f" or "no" or "n" or "off" or "0" => false,
        _ => null,
    };

    public BaremetalException Wrong(string types) => BaremetalException.Bad($"Schema error for {Resource}: {Shown} is not of type {types}. Failed validating '{Field}'");

    private BaremetalException Unrecognized() => BaremetalException.Bad($"Unrecognized value {Shown} for '{Field}', acceptable values are: 'true', 'false'");

    private string Shown => Value.ValueKind switch
    {
        JsonValueKind.Undefined => "None",
        JsonValueKind.String => $"'{Value.GetString()}'",
        _ => Value.GetRawText(),
    };
}
