using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

internal sealed class MacAddressConverter : JsonConverter<MacAddress>
{
    public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        MacAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException($"\"{reader.GetString()}\" is no MAC address.");

    public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class ProvisionStateConverter : JsonConverter<ProvisionState>
{
    public override ProvisionState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ProvisionStates.TryParse(reader.GetString(), out var state) ? state : throw new JsonException($"\"{reader.GetString()}\" is no provision state.");

    public override void Write(Utf8JsonWriter writer, ProvisionState value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToApiString());
}

internal sealed class IPAddressConverter : JsonConverter<IPAddress>
{
    public override IPAddress? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException($"\"{reader.GetString()}\" is no IP address.");

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
