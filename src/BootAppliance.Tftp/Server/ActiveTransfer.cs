using System.Net;
using System.Net.Sockets;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>One transfer on the wire: gives packets and time-outs to its <see cref="ReadTransfer"/> and sends what comes out.</summary>
internal sealed class ActiveTransfer(TftpReadRequest request, SocketAddress client, TftpMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>ACKs have 4 bytes, ERRORs a text whose end is of no interest.</summary>
    private const int LongestReply = 516;

    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadTransfer? transfer;
    private Socket? socket;
    private ITimer? timer;
    private TimeSpan timerWait;
    private long timerSet;
    private string? abortedEarly;
    private string? sendProblem;

    public TftpReadRequest Request => request;

    /// <summary>The task that serves it from the opening of the file to the end.</summary>
    public Task Service { get; set; } = Task.CompletedTask;

    /// <summary>Done when the transfer has ended, faulted when it ended by a defect of ours.</summary>
    public Task Ended => ended.Task;

    /// <summary>What became of it; null while its file is not open.</summary>
    public TransferReport? Report =>
        transfer?.Report is { Detail: { } detail } report && sendProblem is not null
            ? report with { Detail = $"{detail} Sending failed with: {sendProblem}." }
            : transfer?.Report;

    /// <summary>Sends the first packet.</summary>
    public void Begin(ReadTransfer opened, Socket through)
    {
        lock (gate)
        {
            transfer = opened;
            socket = through;
            timer = time.CreateTimer(static state => ((ActiveTransfer)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

            // In single-port mode an ERROR now would end the transfer that the client has begun in its place.
            if (abortedEarly is not null) opened.Abort(abortedEarly);
            Advance(abortedEarly is null ? opened.Start() : TransferStep.Nothing);
            if (!ended.Task.IsCompleted) SetTimer(opened.Remaining);
        }
    }

    public void Receive(ReadOnlySpan<byte> datagram)
    {
        lock (gate)
        {
            if (transfer is null || ended.Task.IsCompleted)
            {
                metrics.Dropped(TftpDropReason.StaleAcknowledgement);
                return;
            }

            try
            {
                Advance(transfer.Receive(datagram));
                Rearm();
            }
            catch (Exception exception)
            {
                ended.TrySetException(exception);
            }
        }
    }

    /// <summary>Takes the packets of a socket of its own until the transfer ends.</summary>
    public async Task ReceiveAsync(Socket own)
    {
        var sender = new SocketAddress(client.Family);
        var buffer = new byte[LongestReply];
        try
        {
            while (!ended.Task.IsCompleted)
            {
                var length = await own.ReceiveFromAsync(buffer, SocketFlags.None, sender);
                if (sender.Equals(client)) Receive(buffer.AsSpan(0, length));
                else RefuseStranger(own, sender, buffer.AsSpan(0, length));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The socket was closed under it, by the end of the transfer; if by anything else, the timer ends the transfer.
        }
    }

    /// <summary>Whether a request is only a copy of the one being served, not a client that has started again.</summary>
    public bool IsServing(TftpReadRequest other)
    {
        lock (gate) return request == other && transfer is null or { Confirmed: false } or { IsQuiet: false };
    }

    /// <summary>Ends the transfer for a reason of our own.</summary>
    public void Abort(string reason, bool tellClient)
    {
        lock (gate)
        {
            abortedEarly = reason;
            if (transfer is null || ended.Task.IsCompleted) return;
            var step = transfer.Abort(reason);
            Advance(tellClient ? step : TransferStep.Nothing);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            transfer?.Dispose();
            ended.TrySetResult();
        }
    }

    private void RefuseStranger(Socket own, SocketAddress stranger, ReadOnlySpan<byte> datagram)
    {
        metrics.Dropped(TftpDropReason.UnknownTransferId);

        // An ERROR is never answered with an ERROR, or two servers could keep each other busy.
        _ = TftpReply.TryParse(datagram, out var reply);
        if (reply.OpCode is TftpOpCode.Error) return;
        try
        {
            own.SendTo(TftpPacket.Error(TftpErrorCode.UnknownTransferId, "Unknown transfer ID."), SocketFlags.None, stranger);
        }
        catch (SocketException)
        {
            // A stranger that cannot be reached must not end the transfer.
        }
    }

    private void OnTimer()
    {
        lock (gate)
        {
            if (ended.Task.IsCompleted) return;
            try
            {
                Advance(transfer!.Expire());
                SetTimer(transfer.Remaining);
            }
            catch (Exception exception)
            {
                ended.TrySetException(exception);
            }
        }
    }

    /// <summary>In the steady state the deadline only moves away, and the timer sees that for itself when it fires: no timer is touched for a packet.</summary>
    private void Rearm()
    {
        if (transfer!.Remaining < timerWait - time.GetElapsedTime(timerSet)) SetTimer(transfer.Remaining);
    }

    private void SetTimer(TimeSpan wait)
    {
        // Timers count whole milliseconds and must not fire a moment too early.
        timerWait = wait + TimeSpan.FromMilliseconds(1);
        timerSet = time.GetTimestamp();
        timer!.Change(timerWait, Timeout.InfiniteTimeSpan);
    }

    private void Advance(TransferStep step)
    {
        if (step.Dropped is not TftpDropReason.None) metrics.Dropped(step.Dropped);
        Send(step);
        if (transfer!.Outcome is not null) ended.TrySetResult();
    }

    private void Send(TransferStep step)
    {
        try
        {
            for (var datagrams = step.Datagrams.Span; !datagrams.IsEmpty;)
            {
                var length = Math.Min(step.DatagramSize, datagrams.Length);
                socket!.SendTo(datagrams[..length], SocketFlags.None, client);
                datagrams = datagrams[length..];
            }
        }
        catch (SocketException exception)
        {
            // Lost like a packet on the wire, and repeated like one.
            sendProblem = exception.Message;
        }
    }
}
