using System.Net;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>Is told what became of every request that a client on a served subnet made. Calls come from many threads and must not block.</summary>
public interface ITftpObserver
{
    /// <summary>A transfer has ended, well or not.</summary>
    void Finished(TransferReport report);

    /// <summary>A request was answered with an ERROR.</summary>
    void Refused(TftpRefusal refusal);
}

/// <summary>How a transfer ended.</summary>
public enum TransferOutcome
{
    /// <summary>The client acknowledged the last block.</summary>
    Completed,

    /// <summary>The client wanted to know the size only: it asked for <c>tsize</c> and ended the transfer after the OACK, as EDK2 always does first.</summary>
    SizeProbe,

    /// <summary>An ERROR from the client, a fault on our side, or a new request of the client in its place.</summary>
    Aborted,

    /// <summary>The client fell silent.</summary>
    TimedOut,
}

/// <summary>One transfer from its request to its end.</summary>
/// <param name="Client">The client's address and UDP port.</param>
/// <param name="FileName">The name of the file that was opened.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">Why it was aborted or given up, for the operator; null otherwise.</param>
/// <param name="Length">The length of the file in bytes.</param>
/// <param name="BytesAcknowledged">How many bytes of it the client has acknowledged, as sent (netascii is longer than the file).</param>
/// <param name="Duration">From the first packet sent to the end.</param>
/// <param name="BlockSize">Bytes in a block.</param>
/// <param name="WindowSize">Blocks in a window.</param>
/// <param name="Retransmits">How many packets were sent more than once.</param>
public sealed record TransferReport(
    IPEndPoint Client, string FileName, TransferOutcome Outcome, string? Detail, long Length, long BytesAcknowledged,
    TimeSpan Duration, int BlockSize, int WindowSize, long Retransmits);

/// <summary>A request that got an ERROR instead of a file.</summary>
/// <param name="Client">The client's address and UDP port.</param>
/// <param name="FileName">The file asked for, where the request was well enough formed to say.</param>
/// <param name="Code">The error code sent.</param>
/// <param name="Text">The error text sent.</param>
public sealed record TftpRefusal(IPEndPoint Client, string? FileName, TftpErrorCode Code, string Text);
