using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Http.Files;

/// <summary>
/// Has the kernel send files: one thread that waits until sockets take more (epoll(7)) and gives each its next part, so that a download
/// costs neither a copy of its bytes nor a thread, and one that stalls costs nothing. The runtime's own asynchronous sendfile wakes two
/// threads for every part.
/// </summary>
internal sealed partial class FilePump : IDisposable
{
    private const uint Readable = 0x1; // EPOLLIN
    private const uint Writable = 0x4; // EPOLLOUT
    private const uint EdgeTriggered = 1u << 31; // EPOLLET
    private const int Insert = 1; // EPOLL_CTL_ADD
    private const int Remove = 2; // EPOLL_CTL_DEL
    private const int Modify = 3; // EPOLL_CTL_MOD
    private const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC, EFD_CLOEXEC
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int BothWays = 2; // SHUT_RDWR
    private const int LargestBatch = 64;

    /// <summary>A disk that does not answer holds the thread, and must not hold the end of the process.</summary>
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(5);

    /// <summary>The 32-bit words of an epoll_event, which is packed on x86-64 only; the last two are the caller's.</summary>
    private static readonly int eventWords = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 3 : 4;

    private readonly SafeFileHandle poll = Opened(CreatePoll(CloseOnExec));
    private readonly SafeFileHandle stop = Opened(CreateEvent(0, CloseOnExec));
    private readonly ConcurrentDictionary<int, FileTransfer> waiting = [];
    private readonly Queue<FileTransfer> ready = [];
    private readonly Thread thread;
    private volatile bool isStopping;

    public FilePump()
    {
        if (!TryWatch(Insert, stop, Readable)) throw LastFault();
        thread = new Thread(Run) { IsBackground = true, Name = nameof(FilePump) };
        thread.Start();
    }

    /// <summary>Sends when and as the socket takes it; false if it has been closed. An <see cref="IOException"/>: the kernel has no descriptor or no memory for it.</summary>
    public bool TryAdd(SafeSocketHandle socket, FileTransfer transfer)
    {
        try
        {
            // Under a descriptor of its own, which nobody else closes and whose number means nothing else until then.
            transfer.Socket = Opened(Duplicate(socket, DuplicateCloseOnExec, 0));
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        var number = Number(transfer.Socket);
        waiting[number] = transfer;
        if (isStopping && waiting.TryRemove(number, out _))
        {
            transfer.Socket.Dispose();
            return false;
        }

        try
        {
            if (!TryWatch(Insert, transfer.Socket, Writable | EdgeTriggered)) throw LastFault();
        }
        catch (ObjectDisposedException) when (isStopping)
        {
            // The stop found it waiting, and has ended it.
        }
        catch (IOException)
        {
            waiting.TryRemove(number, out _);
            transfer.Socket.Dispose();
            throw;
        }

        return true;
    }

    /// <summary>Ends a transfer that has been added, when its connection is given up: closing the connection's own descriptor leaves the pump's as it is.</summary>
    public static void Abort(FileTransfer transfer)
    {
        try
        {
            if (transfer.Socket is { } socket) Shutdown(socket, BothWays);
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>To be called when nothing is sent any more; what still waits ends with what was sent of it.</summary>
    public void Dispose()
    {
        if (isStopping) return;
        isStopping = true;
        Signal(stop, 1);
        if (!thread.Join(TimeToStop)) return;
        poll.Dispose();
        stop.Dispose();
    }

    private void Run()
    {
        Span<uint> events = stackalloc uint[LargestBatch * eventWords];
        while (true)
        {
            var count = WaitForEvents(poll, ref events[0], LargestBatch, ready.Count > 0 ? 0 : -1);
            for (var i = 0; i < count; i++)
            {
                var number = (int)events[(i * eventWords) + eventWords - 2];
                if (number == Number(stop))
                {
                    foreach (var unfinished in waiting.Values) Forget(unfinished);
                    return;
                }

                if (waiting.TryGetValue(number, out var transfer) && transfer.TryQueue()) ready.Enqueue(transfer);
            }

            // Each in turn: one that is as fast as memory leaves the others their part.
            for (var turns = ready.Count; turns > 0; turns--)
            {
                var transfer = ready.Dequeue();
                switch (transfer.Step(transfer.Socket!))
                {
                    case FileTransferStep.Progressed:
                        ready.Enqueue(transfer);
                        break;
                    case FileTransferStep.Blocked:
                        transfer.Unqueue();
                        // Asked anew, it tells at once if the socket takes more after all: a signal or the end of a file that became shorter stops a turn too.
                        TryWatch(Modify, transfer.Socket!, Writable | EdgeTriggered);
                        break;
                    default:
                        Forget(transfer);
                        break;
                }
            }
        }
    }

    private void Forget(FileTransfer transfer)
    {
        var socket = transfer.Socket!;
        if (!waiting.TryRemove(Number(socket), out _)) return;
        // The connection has another descriptor, so closing this one would leave it in the set.
        var unused = 0u;
        ControlPoll(poll, Remove, socket, ref unused);
        socket.Dispose();
        transfer.Complete();
    }

    private bool TryWatch(int operation, SafeFileHandle descriptor, uint what)
    {
        Span<uint> subject = stackalloc uint[eventWords];
        (subject[0], subject[^2]) = (what, (uint)Number(descriptor));
        return ControlPoll(poll, operation, descriptor, ref subject[0]) == 0;
    }

    private static IOException LastFault() => new($"it cannot be sent: {Marshal.GetLastPInvokeErrorMessage()}");

    private static int Number(SafeFileHandle descriptor) => (int)descriptor.DangerousGetHandle();

    private static SafeFileHandle Opened(int descriptor) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LastFault();

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int CreatePoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int ControlPoll(SafeFileHandle poll, int operation, SafeFileHandle descriptor, ref uint subject);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int WaitForEvents(SafeFileHandle poll, ref uint events, int capacity, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int CreateEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "eventfd_write", SetLastError = true)]
    private static partial int Signal(SafeFileHandle signal, ulong value);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(SafeFileHandle socket, int how);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Duplicate(SafeSocketHandle socket, int command, int lowest);
}
