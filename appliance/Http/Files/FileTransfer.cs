using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Http.Files;

/// <summary>What became of a transfer's turn.</summary>
internal enum FileTransferStep
{
    /// <summary>The socket took all that it was given, and may take more at once.</summary>
    Progressed,

    /// <summary>The socket took less than it was given: it is probably full until the client has read.</summary>
    Blocked,

    /// <summary>All is sent, or the rest cannot be.</summary>
    Ended,
}

/// <summary>A part of a file on its way from the kernel's page cache into a socket (sendfile(2)).</summary>
/// <param name="file">The open file, which stays open until the transfer has ended.</param>
/// <param name="offset">Where the part begins, in bytes.</param>
/// <param name="length">How long it is, in bytes.</param>
/// <param name="taken">Is told after each turn how many bytes the socket has taken by then.</param>
internal sealed partial class FileTransfer(SafeFileHandle file, long offset, long length, Action<long>? taken)
{
    /// <summary>What one client gets before the next one has its turn, in bytes.</summary>
    private const int Turn = 2 << 20;

    private const int Interrupted = 4; // EINTR
    private const int DeviceFailed = 5; // EIO
    private const int WouldBlock = 11; // EAGAIN
    private const int NotSendable = 22; // EINVAL

    private readonly TaskCompletionSource<long> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long sent;
    private Exception? failure;
    private bool isQueued;

    /// <summary>How many bytes were sent, when the transfer has ended: fewer than its length when the client went away. An <see cref="IOException"/> is the file's fault.</summary>
    public Task<long> Completion => completion.Task;

    /// <summary>The pump's own descriptor of the connection.</summary>
    public SafeFileHandle? Socket { get; set; }

    /// <summary>Gives the socket what it takes now.</summary>
    public FileTransferStep Step(SafeHandle socket)
    {
        try
        {
            var position = offset + sent;
            var given = (nint)Math.Min(length - sent, Turn);
            var count = SendFile(socket, file, ref position, given);
            if (count < 0) return AfterError(Marshal.GetLastPInvokeError());
            if (count == 0) throw new IOException($"the file ended {length - sent} bytes early: it became shorter while it was sent");
            sent += count;
            taken?.Invoke(sent);
            if (sent == length) return FileTransferStep.Ended;
            return count == given ? FileTransferStep.Progressed : FileTransferStep.Blocked;
        }
        catch (ObjectDisposedException)
        {
            // The connection was closed, which needs no words.
            return FileTransferStep.Ended;
        }
        catch (Exception fault)
        {
            // On a thread that serves everybody: it is for the one who awaits this transfer.
            failure = fault;
            return FileTransferStep.Ended;
        }
    }

    /// <summary>Tells who awaits the transfer; to be called when it has ended and nothing holds its socket any more.</summary>
    public void Complete()
    {
        if (failure is null) completion.SetResult(sent);
        else completion.SetException(failure);
    }

    /// <summary>Takes note that the transfer stands in the queue; false if it did already.</summary>
    public bool TryQueue() => !isQueued && (isQueued = true);

    /// <summary>Takes note that it waits for its socket again.</summary>
    public void Unqueue() => isQueued = false;

    private static FileTransferStep AfterError(int error) => error switch
    {
        WouldBlock => FileTransferStep.Blocked,
        Interrupted => FileTransferStep.Progressed,
        DeviceFailed or NotSendable => throw new IOException(Marshal.GetPInvokeErrorMessage(error)),
        _ => FileTransferStep.Ended,
    };

    [LibraryImport("libc", EntryPoint = "sendfile64", SetLastError = true)]
    private static partial nint SendFile(SafeHandle socket, SafeFileHandle file, ref long offset, nint count);
}
