using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Settings;

namespace BootAppliance.Http.Api;

/// <summary><c>/api/settings</c>: the settings in effect, from the file, the environment and the command line together, named as in the file; a secret is told only to be there.</summary>
internal sealed class SettingsRoutes(ApplianceSettings settings)
{
    private static readonly JsonSerializerOptions options = new()
    {
        Converters =
        {
            new JsonStringEnumConverter(), new Text<IPAddress>(), new Text<IPNetwork>(), new Text<AddressPool>(), new Text<HardwareAddress>(),
            new Text<VendorPrefix>(), new Text<ByteSize>(), new Text<Secret>(),
        },
    };

    public void Map(IEndpointRouteBuilder api) =>
        api.MapQuery("/settings", () => Results.Json(settings, options)).WithSummary("The settings in effect, without secrets");

    /// <summary>What is one value in the file is one text here.</summary>
    private sealed class Text<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Settings are only shown.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value?.ToString());
    }
}
