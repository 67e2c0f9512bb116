using System.Net;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>One transfer on the wire: gives packets and time-outs to its <see cref="ReadTransfer"/> and sends what comes out.</summary>
internal sealed class ActiveTransfer(TftpReadRequest request, SocketAddress client, TftpMetrics metrics) : IDisposable
{
    /// <summary>Far longer than any step of a transfer takes, unless the disk hangs that it reads from.</summary>
    private static readonly TimeSpan AbortWait = TimeSpan.FromMilliseconds(100);

    private readonly TransferRoute route = new(client);
    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadTransfer? transfer;
    private DatagramSocket? socket;
    private string? abortReason;

    public TftpReadRequest Request => request;

    public TransferPeer Peer { get; } = TransferPeer.Of(client.Buffer.Span[..client.Size]);

    /// <summary>
    /// Whether it could make room for others: its client has not answered yet, and its address may be forged. Asked for by requests of
    /// others, which must not wait for one that hangs in a read from the disk.
    /// </summary>
    public bool IsDoubtful => !ended.Task.IsCompleted && transfer is not { Confirmed: true };

    /// <summary>Where it runs; null while its file is not open.</summary>
    public TransferLoop? Loop { get; set; }

    /// <summary>Where the transfer ran whose place it takes.</summary>
    public TransferLoop? Former { get; set; }

    public bool IsAborted
    {
        get
        {
            lock (gate) return abortReason is not null;
        }
    }

    /// <summary>Whether it counts against the limits.</summary>
    public bool HasPlace { get; set; } = true;

    /// <summary>The task that serves it from the opening of the file to the end.</summary>
    public Task Service { get; set; } = Task.CompletedTask;

    /// <summary>Done when the transfer has ended, faulted when it ended by a defect of ours.</summary>
    public Task Ended => ended.Task;

    /// <summary>What became of it; null while its file is not open.</summary>
    public TransferReport? Report =>
        transfer?.Report is { Detail: { } detail } report && route.Problem is { } problem
            ? report with { Detail = $"{detail} Sending failed with: {problem}." }
            : transfer?.Report;

    /// <summary>Sends the first packet.</summary>
    public void Begin(ReadTransfer opened, DatagramSocket through)
    {
        lock (gate)
        {
            transfer = opened;
            socket = through;

            // In single-port mode an ERROR now would end the transfer that the client has begun in its place.
            if (abortReason is not null) opened.Abort(abortReason);
            Advance(abortReason is null ? opened.Start() : TransferStep.Nothing);
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
            }
            catch (Exception exception)
            {
                ended.TrySetException(exception);
            }
        }
    }

    /// <summary>Whether a request is only a copy of the one being served, not a client that has started again.</summary>
    public bool IsServing(TftpReadRequest other)
    {
        if (request != other) return false;
        if (!gate.TryEnter()) return true;
        try
        {
            return transfer is null or { Confirmed: false } or { IsQuiet: false };
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>Repeats what the client has not acknowledged in time, or gives the client up; not while it is at work, or hangs in a read from the disk.</summary>
    public void Expire()
    {
        if (!gate.TryEnter()) return;
        try
        {
            if (transfer is not null && !ended.Task.IsCompleted) Advance(transfer.Expire());
        }
        catch (Exception exception)
        {
            ended.TrySetException(exception);
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>Ends the transfer for a reason of our own; not one that hangs in a read from the disk.</summary>
    public void Abort(string reason, bool tellClient)
    {
        if (!gate.TryEnter(AbortWait)) return;
        try
        {
            abortReason = reason;
            if (transfer is null || ended.Task.IsCompleted) return;
            var step = transfer.Abort(reason);
            Advance(tellClient ? step : TransferStep.Nothing);
        }
        finally
        {
            gate.Exit();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            transfer?.Dispose();
            ended.TrySetResult();
        }
    }

    private void Advance(TransferStep step)
    {
        if (step.Dropped is not TftpDropReason.None) metrics.Dropped(step.Dropped);
        if (!step.Datagrams.IsEmpty) socket!.Send(step.Datagrams.Span, step.DatagramSize, route);
        if (transfer!.Outcome is not null) ended.TrySetResult();
    }
}
