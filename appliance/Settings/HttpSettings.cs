namespace BootAppliance.Settings;

/// <summary>The HTTP side of the boot plane.</summary>
public sealed record HttpSettings
{
    public ushort Port { get; init; } = 80;

    /// <summary>The files under <c>/images/</c>.</summary>
    public string Root { get; init; } = "/var/lib/bootappliance/http";
}
