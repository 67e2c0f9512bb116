namespace BootAppliance.Dhcp.Wire;

/// <summary>Values of option 43 for PXE clients.</summary>
public static class PxeVendorOptions
{
    private const byte BootFromFile = 8;

    /// <summary>No discovery, no menu, no prompt: load the file that this packet names.</summary>
    public static ReadOnlyMemory<byte> SkipDiscovery { get; } =
        new byte[] { (byte)PxeVendorOption.DiscoveryControl, 1, BootFromFile, (byte)PxeVendorOption.End };
}
