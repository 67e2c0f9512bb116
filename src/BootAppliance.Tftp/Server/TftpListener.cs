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
    private const int LongestDatagram = 65536;
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    private readonly DataPorts ports = new(settings);
    private readonly ConcurrentDictionary<SocketAddress, ActiveTransfer> transfers = new();
    private readonly CancellationTokenSource stop = new();
    private readonly string interfaceName = settings.InterfaceName ?? "*";
    private Socket? socket;
    private Task receiving = Task.CompletedTask;
    private int underWay;

    /// <summary>Where it listens; the port is the real one when the settings leave it open. Null before <see cref="Start"/>.</summary>
    public IPEndPoint? EndPoint => socket?.LocalEndPoint as IPEndPoint;

    /// <summary>Binds and begins to serve. A <see cref="SocketException"/> says that the port is taken or forbidden.</summary>
    public void Start()
    {
        socket = DataPorts.Bind(settings, settings.EndPoint.Port);

        // Hundreds of machines ask in the same second when the power of a rack comes back.
        socket.ReceiveBufferSize = ReceiveBuffer;
        logger.Listening(interfaceName, socket.LocalEndPoint!);
        receiving = Task.Run(() => ReceiveAsync(socket));
    }

    /// <summary>Ends all transfers, tells their clients, and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await receiving;
        var open = transfers.Values.ToArray();
        foreach (var transfer in open) transfer.Abort("The server is stopping.", tellClient: true);
        await Task.WhenAll(open.Select(transfer => transfer.Service)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket?.Dispose();
        stop.Dispose();
    }

    private async Task ReceiveAsync(Socket listening)
    {
        var buffer = new byte[LongestDatagram];
        var sender = new SocketAddress(listening.AddressFamily);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var length = await listening.ReceiveFromAsync(buffer, SocketFlags.None, sender, stop.Token);
                Take(buffer.AsSpan(0, length), sender);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception)
            {
                logger.CannotReceive(interfaceName, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception)
            {
                logger.ListenerFaulted(exception, interfaceName);
            }
        }
    }

    private void Take(ReadOnlySpan<byte> datagram, SocketAddress sender)
    {
        if (settings.SinglePort && !IsRequest(datagram) && transfers.TryGetValue(sender, out var transfer))
        {
            transfer.Receive(datagram);
            return;
        }

        var client = (IPEndPoint)settings.EndPoint.Create(sender);
        if (!settings.Serves(client.Address))
        {
            Drop(client, TftpDropReason.ForbiddenSource);
            return;
        }

        var reason = TftpReadRequest.TryParse(datagram, client, out var request);
        if (request is not null) Accept(request);
        else Reject(client, reason);
    }

    private static bool IsRequest(ReadOnlySpan<byte> datagram) =>
        BinaryPrimitives.TryReadUInt16BigEndian(datagram, out var opCode)
        && (TftpOpCode)opCode is TftpOpCode.ReadRequest or TftpOpCode.WriteRequest;

    private void Accept(TftpReadRequest request)
    {
        metrics.Requested();
        var key = request.Client.Serialize();
        if (transfers.TryGetValue(key, out var earlier) && earlier.IsServing(request))
        {
            Drop(request.Client, TftpDropReason.DuplicateRequest);
            return;
        }

        // PXE ROMs ask from the same port each time: a new request means that the machine has started again.
        earlier?.Abort("The client began anew with another request.", tellClient: false);
        if (Volatile.Read(ref underWay) >= settings.MaxTransfers)
        {
            metrics.Dropped(TftpDropReason.TooManyTransfers);
            logger.Exhausted(interfaceName, request.Client, request.FileName, TftpDropReason.TooManyTransfers);
            return;
        }

        Interlocked.Increment(ref underWay);
        metrics.Began();
        var transfer = new ActiveTransfer(request, key, metrics, time);
        transfers[key] = transfer;
        transfer.Service = Task.Run(() => ServeAsync(transfer, key));
    }

    private async Task ServeAsync(ActiveTransfer transfer, SocketAddress key)
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
            transfers.TryRemove(new KeyValuePair<SocketAddress, ActiveTransfer>(key, transfer));
            transfer.Dispose();
            metrics.Ceased();
            Interlocked.Decrement(ref underWay);
        }
    }

    private async Task TransferAsync(ActiveTransfer transfer, TftpFile file)
    {
        var request = transfer.Request;
        var largestBlock = request.Options.BlockSize is null ? TftpOptions.DefaultBlockSize : PathMtu.LargestBlockSize(settings, request.Client);
        var opened = new ReadTransfer(request, file, largestBlock, settings.Retries, time);
        var through = settings.SinglePort ? socket : ports.Open();
        if (through is null)
        {
            opened.Dispose();
            metrics.Dropped(TftpDropReason.NoFreePort);
            logger.Exhausted(interfaceName, request.Client, request.FileName, TftpDropReason.NoFreePort);
            return;
        }

        try
        {
            transfer.Begin(opened, through);
            if (!settings.SinglePort) _ = transfer.ReceiveAsync(through);
            await transfer.Ended;
        }
        finally
        {
            if (!settings.SinglePort) ports.Close(through);
        }

        Finish(transfer.Report!);
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

        observer.Finished(report);
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

    private void Refuse(LogLevel level, TftpRefusal refusal)
    {
        metrics.Refused(refusal.Code);
        logger.Refused(level, interfaceName, refusal.Client, refusal.FileName, refusal.Code, refusal.Text);
        try
        {
            socket!.SendTo(TftpPacket.Error(refusal.Code, refusal.Text), refusal.Client);
        }
        catch (SocketException)
        {
            // The client hears nothing and asks again.
        }

        observer.Refused(refusal);
    }
}
