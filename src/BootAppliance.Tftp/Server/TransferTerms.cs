using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>What client and server have agreed on for one transfer.</summary>
/// <param name="BlockSize">Bytes in a block.</param>
/// <param name="WindowSize">Blocks in a window.</param>
/// <param name="Timeout">The wait before a repetition that the client asked for, or null.</param>
/// <param name="Acknowledged">What goes into the OACK: options that were asked for, and no others (RFC 2347).</param>
internal readonly record struct TransferTerms(int BlockSize, int WindowSize, TimeSpan? Timeout, TftpOptions Acknowledged)
{
    public const int MaxWindowSize = 64;

    /// <summary>A window is held in memory for each transfer; large blocks on a jumbo or loopback interface must not multiply to megabytes.</summary>
    private const int MaxWindowBytes = 256 * 1024;

    public static TransferTerms Agree(TftpReadRequest request, long fileLength, int largestBlockSize)
    {
        var asked = request.Options;
        var blockSize = asked.BlockSize is { } size ? Math.Min(size, largestBlockSize) : TftpOptions.DefaultBlockSize;
        var windowSize = Math.Clamp(MaxWindowBytes / blockSize, 1, Math.Min(asked.WindowSize ?? 1, MaxWindowSize));
        return new TransferTerms(blockSize, windowSize, asked.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null, new TftpOptions(
            asked.BlockSize is null ? null : blockSize,

            // How long a text becomes in netascii is known only once it is converted.
            asked.TransferSize is null || request.Mode is TftpMode.Netascii ? null : fileLength,
            asked.Timeout,
            asked.WindowSize is null ? null : windowSize));
    }
}
