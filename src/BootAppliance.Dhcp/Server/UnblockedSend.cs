using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// Sends without ever waiting. Packets to an address that nobody has stay in the socket's buffer until ARP gives up, after three seconds; a send
/// that waits for room there would let a few such addresses stop the answers to everybody.
/// </summary>
internal static unsafe partial class UnblockedSend
{
    private const int DontWait = 0x40; // MSG_DONTWAIT

    /// <summary>Sends a datagram; false, with the system's reason, when it could not be sent now.</summary>
    public static bool TrySend(Socket socket, ReadOnlySpan<byte> datagram, SocketAddress to, out string problem)
    {
        fixed (byte* content = datagram)
        fixed (byte* address = to.Buffer.Span)
        {
            problem = "";
            if (SendTo((int)socket.Handle, content, (nuint)datagram.Length, DontWait, address, (uint)to.Size) >= 0) return true;
            problem = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendTo(int socket, byte* content, nuint length, int flags, byte* address, uint addressLength);
}
