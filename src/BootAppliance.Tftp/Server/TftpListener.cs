using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using BootAppliance.Tftp.Wire;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Tftp.Server;

/// <summary>Serves read requests on one endpoint, any number at once (RFC 1350).</summary>
public sealed class TftpListener(
    TftpServerSettings settings, ITftpCatalog catalog, ITftpObserver observer, TftpMetrics metrics, TimeProvider time, ILogger<TftpListener> logger)
    : IAsyncDisposable
{
    /// <summary>A file that hangs in a read from the disk must not hold up the shutdown.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FaultPause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TransferPeer, ActiveTransfer> transfers = new();
    private readonly LogPause faults = new(FaultPause, time);
    private readonly LogPause receiveFailures = new(FaultPause, time);
    private readonly DoubtfulTransfers doubtful = new(settings.MaxTransfers);
    private readonly TransferLimits limits = new(settings);
    private readonly CancellationTokenSource stop = new();
    private readonly string interfaceName = settings.InterfaceName ?? "*";
    private TransferLoop? listening;
    private volatile bool isRoomWanted;
    private TransferLoops? loops;
    private TransferDeadlines? deadlines;

    /// <summary>Where it listens; the port is the real one when the settings leave it open. Null before <see cref="Start"/>.</summary>
    public IPEndPoint? EndPoint => listening?.EndPoint;

    /// <summary>Binds and begins to serve. A <see cref="SocketException"/> says that the port is taken or forbidden.</summary>
    public void Start()
    {
        var socket = DataPorts.BindRoomy(settings, settings.EndPoint.Port);
        loops = new TransferLoops(new DataPorts(settings), data => new TransferLoop(data, RefuseStranger, Report));
        deadlines = new TransferDeadlines(transfers.Select(entry => entry.Value), time);
        listening = new TransferLoop(socket, Take, Report);
        listening.Start();
        logger.Listening(interfaceName, listening.EndPoint);
    }

    /// <summary>Ends all transfers, tells their clients, and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listening?.EndReceive();
        var open = transfers.Values.ToArray();
        foreach (var transfer in open) transfer.Abort("The server is stopping.", tellClient: true);
        await Task.WhenAll(open.Select(transfer => transfer.Service)).WaitAsync(StopWait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        deadlines?.Dispose();
        loops?.Dispose();
        listening?.Dispose();
        stop.Dispose();
    }

    internal static bool IsRequest(ReadOnlySpan<byte> datagram) =>
        BinaryPrimitives.TryReadUInt16BigEndian(datagram, out var opCode)
        && (TftpOpCode)opCode is TftpOpCode.ReadRequest or TftpOpCode.WriteRequest;

    /// <summary>What comes to the listening port and belongs to no transfer.</summary>
    private void Take(TransferLoop loop, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> sender)
    {
        var client = ClientOf(sender);
        if (!settings.Serves(client.Address))
        {
            Drop(client, TftpDropReason.ForbiddenSource);
            return;
        }

        var reason = TftpReadRequest.TryParse(datagram, client, out var request);
        if (request is not null) Accept(request);
        else Reject(client, reason);
    }

    /// <summary>What comes to another port of ours and belongs to no transfer (RFC 1350 section 4).</summary>
    private void RefuseStranger(TransferLoop loop, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> sender)
    {
        var client = ClientOf(sender);
        Drop(client, TftpDropReason.UnknownTransferId);

        // An ERROR is never answered with an ERROR, or two servers could keep each other busy.
        var isAcknowledgement = TftpReply.TryParse(datagram, out var reply) is TftpDropReason.None && reply.OpCode is TftpOpCode.Acknowledgement;
        if (isAcknowledgement && settings.Serves(client.Address))
            loop.Send(TftpPacket.Error(TftpErrorCode.UnknownTransferId, "Unknown transfer ID."), client);
    }

    private IPEndPoint ClientOf(ReadOnlySpan<byte> sender)
    {
        var address = new SocketAddress(settings.EndPoint.AddressFamily, sender.Length);
        sender.CopyTo(address.Buffer.Span);
        return (IPEndPoint)settings.EndPoint.Create(address);
    }

    private void Accept(TftpReadRequest request)
    {
        metrics.Requested();
        if (isRoomWanted)
        {
            isRoomWanted = false;
            MakeRoom();
        }

        var transfer = new ActiveTransfer(request, request.Client.Serialize(), metrics);
        if (transfers.TryGetValue(transfer.Peer, out var earlier) && earlier.IsServing(request))
        {
            Drop(request.Client, TftpDropReason.DuplicateRequest);
            return;
        }

        // PXE ROMs ask from the same port each time: a new request means that the machine has started again.
        earlier?.Abort("The client began anew with another request.", tellClient: false);
        var reached = limits.TryTake(request.Client.Address);
        if (reached is TftpDropReason.TooManyTransfers && MakeRoom()) reached = limits.TryTake(request.Client.Address);
        if (reached is not TftpDropReason.None)
        {
            LeaveUnanswered(request, reached);
            return;
        }

        metrics.Began();
        transfer.Former = earlier?.Loop;
        transfers[transfer.Peer] = transfer;
        deadlines!.Watch();
        doubtful.Add(transfer);
        transfer.Service = Task.Run(() => ServeAsync(transfer));
    }

    /// <summary>Under a flood of requests from forged addresses, those that answer must still find a place: the longest silent gives way.</summary>
    private bool MakeRoom()
    {
        if (doubtful.TakeOldest() is not { } oldest) return false;
        limits.Return(oldest);
        oldest.Abort("It had not answered yet when its place was needed for another client.", tellClient: false);
        return true;
    }

    private async Task ServeAsync(ActiveTransfer transfer)
    {
        var request = transfer.Request;
        try
        {
            if (await catalog.OpenAsync(request, stop.Token) is { } file) await TransferAsync(transfer, file);
            else Refuse(LogLevel.Debug, new TftpRefusal(request.Client, request.FileName, TftpErrorCode.FileNotFound, "File not found."));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Refuse(LogLevel.Debug, new TftpRefusal(request.Client, request.FileName, TftpErrorCode.NotDefined, "The server is stopping."));
        }
        catch (Exception exception)
        {
            logger.Faulted(exception, interfaceName, request.Client, request.FileName);
            if (transfer.Report is { } report) Finish(report with { Outcome = TransferOutcome.Aborted, Detail = $"A fault in the server: {exception.Message}" });
            else Refuse(LogLevel.Warning, new TftpRefusal(request.Client, request.FileName, TftpErrorCode.NotDefined, "The server failed to open the file."));
        }
        finally
        {
            transfers.TryRemove(new KeyValuePair<TransferPeer, ActiveTransfer>(transfer.Peer, transfer));
            transfer.Dispose();
            metrics.Ceased();
            limits.Return(transfer);
        }
    }

    private async Task TransferAsync(ActiveTransfer transfer, TftpFile file)
    {
        if (!limits.TryTake(file))
        {
            file.Dispose();
            isRoomWanted = true;
            LeaveUnanswered(transfer.Request, TftpDropReason.TooManyOpenFiles);
            return;
        }

        try
        {
            var opened = Prepare(transfer.Request, file);
            if ((settings.SinglePort ? listening : loops!.Next(transfer.Former)) is { } loop)
            {
                await RunAsync(transfer, opened, loop);
                return;
            }

            opened.Dispose();
            LeaveUnanswered(transfer.Request, TftpDropReason.NoFreePort);
        }
        finally
        {
            limits.Return(file);
        }
    }

    private async Task RunAsync(ActiveTransfer transfer, ReadTransfer opened, TransferLoop loop)
    {
        try
        {
            loop.Begin(transfer, opened);
            await transfer.Ended;
        }
        finally
        {
            loop.Remove(transfer);
        }

        Finish(transfer.Report!);
    }

    /// <summary>Reads the beginning of a file and prepares its transfer; when that fails, the file is closed.</summary>
    private ReadTransfer Prepare(TftpReadRequest request, TftpFile file)
    {
        try
        {
            file.ReadAhead();
            var largestBlock = request.Options.BlockSize is null ? TftpOptions.DefaultBlockSize : PathMtu.LargestBlockSize(settings, request.Client);
            return new ReadTransfer(request, file, largestBlock, settings.Retries, time, settings.RollOver);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void Finish(TransferReport report)
    {
        metrics.Finished(report);
        var (client, file, seconds) = (report.Client, report.FileName, report.Duration.TotalSeconds);
        switch (report.Outcome)
        {
            case TransferOutcome.Completed:
                logger.Completed(interfaceName, client, file, report.BytesAcknowledged, seconds, report.BlockSize, report.WindowSize, report.Retransmits);
                break;
            case TransferOutcome.SizeProbe:
                logger.SizeProbed(interfaceName, client, file, report.Length);
                break;
            default:
                logger.Failed(interfaceName, client, file, report.BytesAcknowledged, report.Length, report.Outcome, report.Detail);
                break;
        }

        Tell(report.Client, () => observer.Finished(report));
    }

    private void Reject(IPEndPoint client, TftpDropReason reason)
    {
        metrics.Dropped(reason);
        (TftpErrorCode Code, string Text)? error = reason switch
        {
            TftpDropReason.WriteRequest => (TftpErrorCode.AccessViolation, "This server is read only."),
            TftpDropReason.ClimbingFileName => (TftpErrorCode.AccessViolation, "The file name must not contain '..'."),
            TftpDropReason.IllegalFileName => (TftpErrorCode.IllegalOperation, "The file name contains control characters."),
            TftpDropReason.EmptyFileName => (TftpErrorCode.IllegalOperation, "The request names no file."),
            TftpDropReason.UnknownMode => (TftpErrorCode.IllegalOperation, "The modes are octet and netascii."),
            TftpDropReason.MissingTerminator => (TftpErrorCode.IllegalOperation, "The request is cut off."),
            _ => null,
        };
        if (error is not { } answer)
        {
            logger.Dropped(interfaceName, client, reason);
            return;
        }

        var level = answer.Code is TftpErrorCode.AccessViolation ? LogLevel.Warning : LogLevel.Debug;
        Refuse(level, new TftpRefusal(client, FileName: null, answer.Code, answer.Text));
    }

    private void Drop(IPEndPoint client, TftpDropReason reason)
    {
        metrics.Dropped(reason);
        logger.Dropped(interfaceName, client, reason);
    }

    /// <summary>The client asks again by itself, which an ERROR would keep it from.</summary>
    private void LeaveUnanswered(TftpReadRequest request, TftpDropReason reason)
    {
        metrics.Dropped(reason);
        logger.Exhausted(interfaceName, request.Client, request.FileName, reason);
    }

    private void Refuse(LogLevel level, TftpRefusal refusal)
    {
        metrics.Refused(refusal.Code);
        logger.Refused(level, interfaceName, refusal.Client, refusal.FileName, refusal.Code, refusal.Text);
        listening!.Send(TftpPacket.Error(refusal.Code, refusal.Text), refusal.Client);
        Tell(refusal.Client, () => observer.Refused(refusal));
    }

    private void Tell(IPEndPoint client, Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception exception)
        {
            logger.ObserverFaulted(exception, interfaceName, client);
        }
    }

    private void Report(Exception exception)
    {
        if (exception is SocketException)
        {
            if (receiveFailures.IsDue(out var missing)) logger.CannotReceive(interfaceName, exception.Message, missing);
        }
        else if (faults.IsDue(out var missing)) logger.ListenerFaulted(exception, interfaceName, missing);
    }
}
