using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>Which program a booting machine is running, in the order in which they take over from one another.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BootStage>))]
public enum BootStage
{
    /// <summary>The firmware's own network boot client (PXE or UEFI HTTP boot).</summary>
    [JsonStringEnumMemberName("firmware")]
    Firmware,

    /// <summary>iPXE, whether from the network card's ROM or from the appliance.</summary>
    [JsonStringEnumMemberName("ipxe")]
    Ipxe,

    /// <summary>An operating system or its installer.</summary>
    [JsonStringEnumMemberName("system")]
    System,
}
