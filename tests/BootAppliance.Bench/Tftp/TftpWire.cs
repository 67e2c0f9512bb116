using System.Net.NetworkInformation;
using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Bench.Tftp;

/// <summary>
/// Two network namespaces and a cable: the server on one end, simulated machines behind a router on the other.
/// <code>
///  server 198.19.0.1 ---- eth0 | eth1 ---- 198.19.0.2, router to 198.18.0.0/16: the machines, which have no kernel
/// </code>
/// </summary>
internal sealed class TftpWire : IAsyncDisposable
{
    public const string ServerAddress = "198.19.0.1";

    private const string MachinesHardwareAddress = "02:00:00:00:00:02";
    private const string ServerHardwareAddress = "02:00:00:00:00:01";

    private readonly NetworkNamespace server;
    private readonly NetworkNamespace machines;

    private TftpWire(NetworkNamespace server, NetworkNamespace machines)
    {
        this.server = server;
        this.machines = machines;
    }

    public static async Task<TftpWire> Create(bool segmentationOffload)
    {
        var wire = new TftpWire(await NetworkNamespace.Create(), await NetworkNamespace.Create());
        var home = wire.server;
        await home.Run("ip", "link", "add", "eth0", "address", ServerHardwareAddress, "type", "veth", "peer", "name", "eth1", "netns", wire.machines.Name);
        await home.Run("ip", "address", "add", $"{ServerAddress}/24", "dev", "eth0");
        await home.Run("ip", "link", "set", "eth0", "up");

        // A cable between namespaces would carry a whole window as one packet; a network card without segmentation of UDP does not.
        if (!segmentationOffload) await home.Run("ip", "link", "set", "eth0", "gso_max_segs", "1");
        await home.Run("ip", "neighbour", "add", "198.19.0.2", "lladdr", MachinesHardwareAddress, "dev", "eth0", "nud", "permanent");
        await home.Run("ip", "route", "add", "198.18.0.0/16", "via", "198.19.0.2");
        await wire.machines.Run("ip", "link", "set", "eth1", "up");
        return wire;
    }

    public ChildProcess Start(IReadOnlyList<string> command, string name) => server.Start(command, name);

    /// <summary>The UDP sockets on the server's side, as <c>ss</c> shows them.</summary>
    public Task<string> Listeners() => server.Run("ss", "-Hlun");

    public Task<FrameSocket> OpenMachinesEnd() => machines.RunInside(() => new FrameSocket("eth1"));

    public static MachineFrames Frames() => new(Hardware(MachinesHardwareAddress), Hardware(ServerHardwareAddress), [198, 19, 0, 1]);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await machines.DisposeAsync();
    }

    private static byte[] Hardware(string address) => PhysicalAddress.Parse(address.ToUpperInvariant()).GetAddressBytes();
}
