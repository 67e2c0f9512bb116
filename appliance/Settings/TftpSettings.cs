using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Settings;

public sealed record TftpSettings
{
    public bool Enabled { get; init; } = true;

    public ushort Port { get; init; } = 69;

    /// <summary>The operator's own files, read only; empty: none.</summary>
    public string Root { get; init; } = "";

    /// <summary>Whether transfers stay on <see cref="Port"/>, for networks behind address translation.</summary>
    public bool SinglePort { get; init; }

    /// <summary>The ports that transfers are sent from; null: any.</summary>
    public TftpPortRange? PortRange { get; init; }

    /// <summary>The largest block in bytes to agree to, where a network carries less than its MTU promises; the MTU bounds it too.</summary>
    public int MaxBlockSize { get; init; } = TftpOptions.LargestBlockSize;

    /// <summary>The block number after 65535.</summary>
    public int RollOver { get; init; }

    /// <summary>How many transfers one address may have under way.</summary>
    public int MaxTransfersPerAddress { get; init; } = 64;
}
