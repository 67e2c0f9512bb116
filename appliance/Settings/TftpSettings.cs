using BootAppliance.Tftp.Server;

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
}
