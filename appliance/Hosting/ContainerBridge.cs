using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace BootAppliance.Hosting;

/// <summary>Notices that the appliance stands behind the bridge of a container engine, where machines do not reach it.</summary>
internal static unsafe partial class ContainerBridge
{
    private const uint EthtoolRequest = 0x8946; // SIOCETHTOOL
    private const uint GetDriver = 3; // ETHTOOL_GDRVINFO
    private const int DriverLength = 32; // in struct ethtool_drvinfo, behind the number of the command
    private const int InfoLength = 196;
    private const int NameLength = 16; // in struct ifreq, before the pointer to the information
    private const int RequestLength = 40;

    // What Docker, Podman and Kubernetes leave in a container.
    private static readonly string[] marks = [".dockerenv", "run/.containerenv", "var/run/secrets/kubernetes.io"];

    /// <summary>What to tell the operator, or null.</summary>
    /// <param name="nic">An interface that is there.</param>
    /// <param name="root">The root of the file system.</param>
    public static string? FindProblem(string nic, string root = "/") => marks.Any(mark => Path.Exists(Path.Combine(root, mark))) && Driver(nic) == "veth"
        ? $"'{nic}' leads to the bridge of a container engine: no broadcast of a machine gets here, and TFTP answers from ports that are not translated. Give the container the host's network or a macvlan network"
        : null;

    /// <summary>The kernel driver of an interface; empty where it has none. The inner end of an engine's bridge is a veth, a macvlan is not.</summary>
    private static string Driver(string nic)
    {
        var info = stackalloc byte[InfoLength];
        var request = stackalloc byte[RequestLength];
        *(uint*)info = GetDriver;
        Encoding.ASCII.GetBytes(nic, new Span<byte>(request, NameLength - 1));
        *(byte**)(request + NameLength) = info;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        if (Control((int)socket.Handle, EthtoolRequest, request) < 0) return "";
        return Encoding.ASCII.GetString(new ReadOnlySpan<byte>(info + sizeof(uint), DriverLength)).TrimEnd('\0');
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int socket, nuint request, void* argument);
}
