using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>What a transfer wants done after a packet or a time-out.</summary>
/// <param name="Datagrams">Datagrams to send, one after the other in one piece of memory that is valid until the transfer is called again.</param>
/// <param name="DatagramSize">The length of each of them in bytes; the last may be shorter.</param>
/// <param name="Dropped">Why the packet was not taken, or <see cref="TftpDropReason.None"/>.</param>
public readonly record struct TransferStep(ReadOnlyMemory<byte> Datagrams, int DatagramSize, TftpDropReason Dropped)
{
    internal static TransferStep Nothing => default;

    internal static TransferStep Send(ReadOnlyMemory<byte> datagrams, int datagramSize) => new(datagrams, datagramSize, TftpDropReason.None);

    internal static TransferStep Drop(TftpDropReason reason) => new(default, 0, reason);
}
