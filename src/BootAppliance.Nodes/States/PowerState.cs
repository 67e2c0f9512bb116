using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>Whether a node is powered; what is not known is null.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PowerState>))]
public enum PowerState
{
    /// <summary><c>power on</c></summary>
    [JsonStringEnumMemberName("power on")]
    On,

    /// <summary><c>power off</c></summary>
    [JsonStringEnumMemberName("power off")]
    Off,

    /// <summary><c>rebooting</c></summary>
    [JsonStringEnumMemberName("rebooting")]
    Rebooting,
}
