using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Tftp.Server;

/// <summary>Takes a datagram that came to a loop's socket and belongs to none of its transfers.</summary>
internal delegate void StrayDatagram(TransferLoop loop, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> sender);

/// <summary>
/// One thread on one socket, which takes the packets of all transfers on it and answers each where it stands: a batch of ACKs in, a batch
/// of DATA out. No packet goes from thread to thread.
/// </summary>
internal sealed class TransferLoop : IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    /// <summary>A thread that reads from a disk that hangs must not hold up the shutdown.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<TransferPeer, ActiveTransfer> transfers = new();
    private readonly ManualResetEventSlim stopped = new();
    private readonly DatagramSocket socket;
    private readonly StrayDatagram stray;
    private readonly Action<Exception> report;
    private readonly Thread thread;

    /// <summary>Takes a bound socket; <see cref="Start"/> begins.</summary>
    /// <param name="bound">The socket, owned from now on.</param>
    /// <param name="stray">Takes what belongs to no transfer.</param>
    /// <param name="report">Is told what goes wrong; the loop goes on.</param>
    public TransferLoop(Socket bound, StrayDatagram stray, Action<Exception> report)
    {
        socket = new DatagramSocket(bound);
        EndPoint = (IPEndPoint)bound.LocalEndPoint!;
        this.stray = stray;
        this.report = report;
        thread = new Thread(Run) { IsBackground = true, Name = $"tftp {EndPoint.Port}" };
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Begins to receive.</summary>
    public void Start() => thread.Start();

    /// <summary>Begins a transfer on this socket.</summary>
    public void Begin(ActiveTransfer transfer, ReadTransfer opened)
    {
        transfer.Loop = this;

        // Its file may have been opened so late that its client has begun anew, and that transfer stands here already.
        transfers.AddOrUpdate(transfer.Peer, transfer, (_, present) => transfer.IsAborted ? present : transfer);
        transfer.Begin(opened, socket);
    }

    /// <summary>Forgets a transfer.</summary>
    public void Remove(ActiveTransfer transfer) => transfers.TryRemove(new KeyValuePair<TransferPeer, ActiveTransfer>(transfer.Peer, transfer));

    /// <summary>Sends something that is no part of a transfer.</summary>
    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint to) => socket.Send(datagram, datagram.Length, new TransferRoute(to.Serialize()));

    /// <summary>Ends the thread; the socket still sends.</summary>
    public void EndReceive()
    {
        stopped.Set();
        socket.EndReceive();
        thread.Join(StopWait);
    }

    /// <summary>Ends the thread and closes the socket; the transfers must have ended.</summary>
    public void Dispose()
    {
        EndReceive();
        socket.Close();

        // A thread that hangs may come back and needs the rest, which goes with the process.
        if (thread.IsAlive) return;
        socket.Dispose();
        stopped.Dispose();
    }

    private void Run()
    {
        while (!stopped.IsSet)
        {
            try
            {
                Answer(socket.Receive());
            }
            catch (Exception exception)
            {
                report(exception);
                stopped.Wait(PauseAfterFailure);
            }
        }
    }

    private void Answer(int count)
    {
        try
        {
            for (var i = 0; i < count; i++) TryTake(socket.Datagram(i), socket.Sender(i));
        }
        finally
        {
            socket.Flush();
        }
    }

    private void TryTake(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> sender)
    {
        try
        {
            Take(datagram, sender);
        }
        catch (Exception exception)
        {
            report(exception);
        }
    }

    private void Take(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> sender)
    {
        if (stopped.IsSet) return;
        if (!TftpListener.IsRequest(datagram) && transfers.TryGetValue(TransferPeer.Of(sender), out var transfer)) transfer.Receive(datagram);
        else stray(this, datagram, sender);
    }
}
