using System.Net;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>Where and how files are served.</summary>
/// <param name="EndPoint">
/// The address and UDP port to listen on, 69 by standard. With a specific address all replies leave from it, which clients on
/// networks where this machine has several addresses insist on.
/// </param>
public sealed record TftpServerSettings(IPEndPoint EndPoint)
{
    /// <summary>The interface whose packets alone are seen (<c>SO_BINDTODEVICE</c>), or null for all.</summary>
    public string? InterfaceName { get; init; }

    /// <summary>Whether transfers are answered from the listening port, for clients behind NAT or a container bridge; otherwise from a few others.</summary>
    public bool SinglePort { get; init; }

    /// <summary>The UDP ports to choose those of transfers from, for firewalls; null for any. Without meaning in single-port mode.</summary>
    public TftpPortRange? DataPorts { get; init; }

    /// <summary>Whether an address is served at all; others get no answer.</summary>
    public Func<IPAddress, bool> Serves { get; init; } = static _ => true;

    /// <summary>How many transfers may be under way at once.</summary>
    public int MaxTransfers { get; init; } = 16384;

    /// <summary>How many of them may be of one address.</summary>
    public int MaxTransfersPerAddress { get; init; } = 64;

    /// <summary>How many of them may have a file open on the disk, where a process may have few descriptors; those from memory need none.</summary>
    public int MaxOpenFiles { get; init; } = int.MaxValue;

    /// <summary>The largest block size to agree to, in bytes, where a network cannot carry what its MTU promises.</summary>
    public int MaxBlockSize { get; init; } = TftpOptions.LargestBlockSize;

    /// <summary>The same for the network of one client, in place of <see cref="MaxBlockSize"/>; null: nothing else was said for it.</summary>
    public Func<IPAddress, int?> MaxBlockSizeAt { get; init; } = static _ => null;

    /// <summary>The block number that follows 65535: 0, as nearly every client has it, or 1.</summary>
    public int RollOver { get; init; }

    /// <summary>How often and how long a silent client is waited for.</summary>
    public RetryLimits Retries { get; init; } = new();
}

/// <summary>UDP ports from the first to the last, both included.</summary>
public readonly record struct TftpPortRange(int First, int Last);

/// <summary>When packets are sent again, and when a client is given up.</summary>
public sealed record RetryLimits
{
    /// <summary>The wait before the first repetition while the round trip is not known yet.</summary>
    public TimeSpan InitialTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The shortest wait, however fast the network is: clients pause to write to a disk.</summary>
    public TimeSpan MinTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait; each repetition doubles the wait up to it.</summary>
    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Repetitions without progress after which a client is given up.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The same for a client that has not acknowledged anything yet: its address may be forged, and it gets one packet each time.</summary>
    public int UnconfirmedAttempts { get; init; } = 3;
}
