using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Lab.Network;

/// <summary>The file end of a network interface: each read is a frame that the kernel sends there, each write one that it receives.</summary>
internal static partial class TapDevice
{
    private const string Clones = "/dev/net/tun";
    private const nuint SetInterface = 0x4004_54CA; // TUNSETIFF
    private const short Tap = 0x0002; // IFF_TAP
    private const short FramesOnly = 0x1000; // IFF_NO_PI
    private const int RequestSize = 40; // struct ifreq
    private const int NameSize = 16;

    /// <summary>Opens an interface that is there. The calling thread must be in its namespace.</summary>
    public static SafeFileHandle Open(string name)
    {
        var handle = File.OpenHandle(Clones, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> request = stackalloc byte[RequestSize];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request[NameSize..], (short)(Tap | FramesOnly));
        if (Control(handle, SetInterface, ref MemoryMarshal.GetReference(request)) == 0) return handle;
        var error = Marshal.GetLastPInvokeErrorMessage();
        handle.Dispose();
        throw new LabException($"{Clones} for {name}: {error}");
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, ref byte argument);
}
