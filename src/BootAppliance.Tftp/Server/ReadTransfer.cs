using System.Buffers;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>
/// The server's side of one read, as a state machine without sockets: packets and time-outs in, packets out (RFC 1350, RFC 7440).
/// Calls must not overlap.
/// </summary>
public sealed class ReadTransfer : IDisposable
{
    private readonly TftpReadRequest request;
    private readonly TftpFile file;
    private readonly RetryLimits limits;
    private readonly TimeProvider time;
    private readonly TransferTerms terms;
    private readonly BlockNumbers numbers;
    private readonly BlockSource source;
    private readonly RetransmissionTimer timer;
    private readonly long started;

    private long acknowledged;
    private long sent;
    private long? lastBlock;
    private int lastBlockLength;

    // What was sent last and is not acknowledged: the OACK, or the window that begins with the block after the last acknowledged one.
    private byte[]? rented;
    private ReadOnlyMemory<byte> outstanding;
    private int datagramSize;
    private long sentAt;
    private bool repeated;
    private bool awaitsOptions;
    private long retransmits;
    private string? detail;
    private TimeSpan duration;

    /// <summary>Prepares a transfer; it owns the file from now on.</summary>
    /// <param name="request">What the client asked for.</param>
    /// <param name="file">What it gets.</param>
    /// <param name="largestBlockSize">The largest block in bytes that fits a packet on the way to the client.</param>
    /// <param name="limits">When to repeat and when to give up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="rollOver">The block number after 65535, 0 or 1.</param>
    public ReadTransfer(TftpReadRequest request, TftpFile file, int largestBlockSize, RetryLimits limits, TimeProvider time, int rollOver = 0)
    {
        numbers = new BlockNumbers(rollOver);
        this.request = request;
        this.file = file;
        this.limits = limits;
        this.time = time;
        terms = TransferTerms.Agree(request, file.Length, largestBlockSize);
        source = request.Mode is TftpMode.Netascii ? new NetasciiSource(file) : new OctetSource(file);
        timer = new RetransmissionTimer(limits, terms.Timeout);
        started = time.GetTimestamp();
    }

    /// <summary>How it ended, or null while it is under way.</summary>
    public TransferOutcome? Outcome { get; private set; }

    /// <summary>Whether the client has acknowledged anything, so that its address is not forged.</summary>
    public bool Confirmed { get; private set; }

    /// <summary>Whether the client has not answered what was sent last within the usual time.</summary>
    public bool IsQuiet => timer.Attempts > 0;

    /// <summary>The time until <see cref="Expire"/> is due; zero when it is due now.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var remaining = timer.Wait - time.GetElapsedTime(sentAt);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>What became of it so far.</summary>
    public TransferReport Report => new(
        request.Client, file.Name, Outcome ?? TransferOutcome.Aborted, detail, file.Length,
        acknowledged == lastBlock ? ((acknowledged - 1) * terms.BlockSize) + lastBlockLength : acknowledged * terms.BlockSize,
        duration, terms.BlockSize, terms.WindowSize, retransmits);

    /// <summary>The first packet: an OACK when options were agreed on, otherwise the first block.</summary>
    public TransferStep Start()
    {
        if (terms.Acknowledged.IsEmpty) return SendWindow();

        awaitsOptions = true;
        outstanding = TftpPacket.OptionAcknowledgement(terms.Acknowledged);
        datagramSize = outstanding.Length;
        return SendOutstanding();
    }

    /// <summary>Takes a packet that came from the client's address and port.</summary>
    public TransferStep Receive(ReadOnlySpan<byte> datagram)
    {
        var dropped = TftpReply.TryParse(datagram, out var reply);
        if (dropped is not TftpDropReason.None) return TransferStep.Drop(dropped);
        if (Outcome is not null) return TransferStep.Drop(TftpDropReason.StaleAcknowledgement);
        return reply.OpCode is TftpOpCode.Error ? TakeError((TftpErrorCode)reply.Number, datagram) : TakeAcknowledgement(reply.Number);
    }

    /// <summary>Repeats what the client has not acknowledged in time, or gives the client up. Does nothing before its time.</summary>
    public TransferStep Expire()
    {
        if (Outcome is not null || Remaining > TimeSpan.Zero) return TransferStep.Nothing;
        if (timer.Attempts >= (Confirmed ? limits.Attempts : limits.UnconfirmedAttempts))
        {
            End(TransferOutcome.TimedOut, Confirmed
                ? $"The client fell silent after block {acknowledged}, {timer.Attempts} repetitions were not answered."
                : "The client never answered the first packet. Does a firewall or NAT between us drop it? Single-port mode helps then.");
            return TransferStep.Nothing;
        }

        timer.Repeat();
        return Repeat();
    }

    /// <summary>Ends the transfer for a reason of our own; the step tells the client.</summary>
    public TransferStep Abort(string reason) => Abort(reason, reason);

    /// <summary>Closes the file and gives the buffer back.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (rented is null) return;
        outstanding = default;
        ArrayPool<byte>.Shared.Return(rented);
        rented = null;
    }

    private TransferStep TakeError(TftpErrorCode code, ReadOnlySpan<byte> datagram)
    {
        // EDK2 ends its size probe with 8, BIOS PXE ROMs with 0.
        var isProbe = awaitsOptions && request.Options.TransferSize is not null
            && code is TftpErrorCode.OptionNegotiation or TftpErrorCode.NotDefined;
        if (isProbe) End(TransferOutcome.SizeProbe, null);
        else End(TransferOutcome.Aborted, $"The client sent ERROR {(int)code} ({code}): {TftpReply.ErrorText(datagram)}");
        return TransferStep.Nothing;
    }

    private TransferStep TakeAcknowledgement(ushort number)
    {
        var advance = numbers.Distance(acknowledged, number);
        if (advance > sent - acknowledged) return TransferStep.Drop(TftpDropReason.StaleAcknowledgement);
        if (advance == 0 && !awaitsOptions) return TakeRepetition();

        timer.Progress(repeated ? null : time.GetElapsedTime(sentAt));
        Confirmed = true;
        awaitsOptions = false;
        acknowledged += advance;
        if (acknowledged != lastBlock) return SendWindow();

        End(TransferOutcome.Completed, null);
        return TransferStep.Nothing;
    }

    /// <summary>
    /// The last ACK once more. In a window it is how a client says that the first block got lost (RFC 7440 section 4), but it may also be
    /// a copy that the network made: that one comes sooner than a round trip after the window. Believed once for each window, it cannot multiply.
    /// </summary>
    private TransferStep TakeRepetition()
    {
        if (terms.WindowSize == 1 || repeated || time.GetElapsedTime(sentAt) < timer.ShortestRoundTrip)
            return TransferStep.Drop(TftpDropReason.DuplicateAcknowledgement);
        return Repeat();
    }

    private TransferStep Repeat()
    {
        retransmits += (outstanding.Length + datagramSize - 1) / datagramSize;
        var step = SendOutstanding();
        repeated = true;
        return step;
    }

    private TransferStep SendWindow()
    {
        var wasSent = sent;
        try
        {
            FillWindow();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The message names a path of this machine, which is the operator's business and not the network's.
            return Abort("The file cannot be read.", $"The file cannot be read: {exception.Message}");
        }

        retransmits += wasSent - acknowledged;
        return SendOutstanding();
    }

    private TransferStep SendOutstanding()
    {
        sentAt = time.GetTimestamp();
        repeated = false;
        return TransferStep.Send(outstanding, datagramSize);
    }

    /// <summary>Reads the next window in one go and lays it out as DATA packets, one after the other as <c>UDP_SEGMENT</c> wants them.</summary>
    private void FillWindow()
    {
        datagramSize = TftpPacket.HeaderLength + terms.BlockSize;
        rented ??= ArrayPool<byte>.Shared.Rent(terms.WindowSize * datagramSize);

        // The payload goes to the end of the buffer first, so that no block overtakes one that has still to move to its place behind its header.
        var payload = rented.AsSpan(terms.WindowSize * TftpPacket.HeaderLength, terms.WindowSize * terms.BlockSize);
        var read = source.Read(acknowledged * terms.BlockSize, payload);
        var blocks = Math.Min(terms.WindowSize, (read / terms.BlockSize) + 1);
        for (var i = 0; i < blocks; i++)
        {
            var block = payload[(i * terms.BlockSize)..Math.Min(read, (i + 1) * terms.BlockSize)];
            var packet = rented.AsSpan(i * datagramSize);
            block.CopyTo(packet[TftpPacket.HeaderLength..]);
            TftpPacket.WriteDataHeader(packet, numbers.OnWire(acknowledged + i + 1));
        }

        sent = acknowledged + blocks;
        outstanding = rented.AsMemory(0, (blocks * TftpPacket.HeaderLength) + read);
        if (read == payload.Length) return;
        lastBlock = sent;
        lastBlockLength = read % terms.BlockSize;
    }

    private TransferStep Abort(string textForClient, string reason)
    {
        if (Outcome is not null) return TransferStep.Nothing;
        End(TransferOutcome.Aborted, reason);
        var error = TftpPacket.Error(TftpErrorCode.NotDefined, textForClient);
        return TransferStep.Send(error, error.Length);
    }

    private void End(TransferOutcome outcome, string? reason)
    {
        Outcome = outcome;
        detail = reason;
        duration = time.GetElapsedTime(started);
    }
}
