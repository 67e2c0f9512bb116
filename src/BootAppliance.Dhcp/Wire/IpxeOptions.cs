namespace BootAppliance.Dhcp.Wire;

/// <summary>What an iPXE says of itself in option 175.</summary>
public sealed class IpxeOptions
{
    private readonly Dictionary<byte, byte[]> values;

    private IpxeOptions(Dictionary<byte, byte[]> values) => this.values = values;

    /// <summary>The value of option 175 that tells iPXE not to wait for proxyDHCP offers, since ours is complete.</summary>
    public static ReadOnlyMemory<byte> NoPxeDhcp { get; } = new byte[] { (byte)IpxeOption.NoPxeDhcp, 1, 1 };

    /// <summary>The version (sub-option 235), if it was sent.</summary>
    public Version? Version => values.TryGetValue((byte)IpxeOption.Version, out var version) && version is [var major, var minor, var patch, ..]
        ? new Version(major, minor, patch)
        : null;

    /// <summary>Whether a feature is built in: its sub-option is there and not zero.</summary>
    public bool Supports(IpxeOption feature) => values.TryGetValue((byte)feature, out var value) && value.AsSpan().ContainsAnyExcept((byte)0);

    /// <summary>Reads the value of option 175 as far as it is readable.</summary>
    public static IpxeOptions Parse(ReadOnlySpan<byte> value) => new(DhcpOptions.ReadEncapsulated(value));
}
