namespace BootAppliance.Settings;

/// <summary>The HTTP side of the boot plane.</summary>
public sealed record HttpSettings
{
    public ushort Port { get; init; } = 80;

    /// <summary>The files under <c>/images/</c>.</summary>
    public string Root { get; init; } = "/var/lib/bootappliance/http";

    /// <summary>The most that one client gets per second; 0: as much as there is.</summary>
    public ByteSize MaxRate { get; init; }
}
