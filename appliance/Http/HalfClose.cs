using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BootAppliance.Http;

/// <summary>
/// Lets an answer come to its end although its client has closed its own direction, as socat and nc do at the end of their input; Kestrel breaks it off. Over TCP a client that is
/// gone looks the same until something is sent to it, so that the answer gets some time and no more.
/// </summary>
internal static partial class HalfClose
{
    private const short HungUp = 0x8 | 0x10 | 0x20; // POLLERR, POLLHUP, POLLNVAL

    /// <summary>Longer than a script takes that waits for what it names.</summary>
    private static readonly TimeSpan answering = TimeSpan.FromSeconds(10);

    public static void Apply(ListenOptions endpoint) => endpoint.Use(next => async connection =>
    {
        var socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        using var closed = new CancellationTokenSource();
        await using var told = connection.ConnectionClosed.Register(() =>
        {
            if (MayStillTake(socket)) closed.CancelAfter(answering);
            else closed.Cancel();
        });
        connection.ConnectionClosed = closed.Token;
        await next(connection);
    });

    private static bool MayStillTake(Socket socket)
    {
        var handle = socket.SafeHandle;
        var isHeld = false;
        try
        {
            // Or the number could be another connection's by now.
            handle.DangerousAddRef(ref isHeld);
            var asked = new Asked((int)handle.DangerousGetHandle());
            return Poll(ref asked, 1, 0) >= 0 && (asked.Answer & HungUp) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (isHeld) handle.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Asked asked, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Asked(int descriptor)
    {
        public readonly int Descriptor = descriptor;
        public readonly short Events;
        public readonly short Answer;
    }
}
