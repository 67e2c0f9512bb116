using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Bench.Dhcp;

/// <summary>Two network namespaces and a cable: the server on one end, perfdhcp, which plays all the clients, on the other.</summary>
internal sealed class DhcpWire : IAsyncDisposable
{
    public const string Prefix = "198.18.0.0/15";
    public const string ServerInterface = "eth0";
    public const string ClientInterface = "eth1";

    private readonly NetworkNamespace server;
    private readonly NetworkNamespace clients;

    private DhcpWire(NetworkNamespace server, NetworkNamespace clients)
    {
        this.server = server;
        this.clients = clients;
    }

    public static async Task<DhcpWire> Create()
    {
        var wire = new DhcpWire(await NetworkNamespace.Create(), await NetworkNamespace.Create());
        await wire.server.Run("ip", "link", "add", ServerInterface, "type", "veth", "peer", "name", ClientInterface, "netns", wire.clients.Name);
        await wire.server.Run("ip", "address", "add", "198.18.0.1/15", "dev", ServerInterface);
        await wire.clients.Run("ip", "address", "add", "198.18.0.2/15", "dev", ClientInterface);
        await wire.server.Run("ip", "link", "set", ServerInterface, "up");
        await wire.clients.Run("ip", "link", "set", ClientInterface, "up");
        return wire;
    }

    public ChildProcess StartServer(IReadOnlyList<string> command, string name) => server.Start(command, name);

    public ChildProcess StartClients(IReadOnlyList<string> command, bool inheritOutput = false) => clients.Start(command, Path.GetFileName(command[0]), inheritOutput);

    /// <summary>
    /// Gives the clients' end a whole range of addresses. The server reaches them by way of one neighbour, since what the kernel remembers of
    /// neighbours (net.ipv4.neigh.default.gc_thresh3: 1024) is one number for all namespaces of a machine.
    /// </summary>
    public async Task AddClientAddresses(string prefix)
    {
        await clients.Run("ip", "route", "add", "local", prefix, "dev", "lo");
        await server.Run("ip", "route", "add", prefix, "via", "198.18.0.2");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await clients.DisposeAsync();
    }
}
