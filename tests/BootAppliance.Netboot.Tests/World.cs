using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;
using BootAppliance.Nodes.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

/// <summary>Nodes in memory and the resolver that judges them.</summary>
internal sealed class World
{
    public const string Mac = "52:54:00:12:34:56";

    public World(BootPolicy? policy = null, params Node[] nodes) : this(policy, delivery: null, nodes) { }

    public World(BootPolicy? policy, ImageDelivery? delivery, params Node[] nodes)
    {
        var store = new MemoryStore();
        foreach (var node in nodes) store.Nodes[node.Uuid] = node;
        Events = new EventLog(store, Time, NullLogger<EventLog>.Instance);
        Nodes = new NodeRegistry(store, Events, Time, NullLogger<NodeRegistry>.Instance);
        Guard = new BootLoopGuard(Time);
        Delivery = delivery ?? new ImageDelivery(new ImageDeliverySettings(), [], [], cache: null, Time);
        Resolver = new BootResolver(policy ?? new BootPolicy { Address = IPAddress.Parse("192.0.2.1") }, Nodes, Guard, Delivery);
    }

    public ManualTime Time { get; } = new();

    public EventLog Events { get; }

    public NodeRegistry Nodes { get; }

    public BootLoopGuard Guard { get; }

    public ImageDelivery Delivery { get; }

    public BootResolver Resolver { get; }

    public static MacAddress Parse(string mac) => MacAddress.TryParse(mac, out var address) ? address : throw new ArgumentException(mac);

    public static Node Demo(ProvisionState state, string instance = """{"kernel": "vmlinuz", "ramdisk": "initrd.img"}""") => new()
    {
        Uuid = Guid.Parse("11111111-2222-3333-4444-555555555555"),
        Name = "demo",
        ProvisionState = state,
        InstanceInfo = JsonFields.Parse(instance),
        DriverInfo = JsonFields.Parse("""{"deploy_kernel": "http://198.18.0.1/agent.kernel", "deploy_ramdisk": "http://198.18.0.1/agent.initramfs"}"""),
        Ports = [new Port { Address = Parse(Mac) }, new Port { Address = Parse("52:54:00:12:34:57") }],
    };

    public static DhcpClient Client(BootClientKind kind, params ClientArchitecture[] architectures) => new()
    {
        HardwareAddress = new HardwareAddress(HardwareAddress.Ethernet, [0x52, 0x54, 0x00, 0x12, 0x34, 0x56]),
        Kind = kind,
        Architectures = architectures,
    };

    public static DhcpClient Client(string mac, BootClientKind kind, params ClientArchitecture[] architectures) => Client(kind, architectures) with
    {
        HardwareAddress = new HardwareAddress(HardwareAddress.Ethernet, Convert.FromHexString(mac.Replace(":", ""))),
    };
}
