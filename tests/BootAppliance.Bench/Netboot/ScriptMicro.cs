using System.Net;
using BenchmarkDotNet.Attributes;
using BootAppliance.Bench.Nodes;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using BootAppliance.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Bench.Netboot;

/// <summary>What a boot script costs without HTTP; what it leaves to the garbage collector is in the slowest answers under load.</summary>
[MemoryDiagnoser]
public class ScriptMicro : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bench-script-").FullName;
    private readonly IPAddress address = IPAddress.Parse("192.0.2.10");
    private SqliteStore? store;
    private EventLog? events;
    private BootResolver? resolver;
    private BootTimeline? timeline;
    private MacAddress mac;
    private ScriptAnswer? answer;

    [GlobalSetup]
    public void Begin()
    {
        var database = Path.Combine(folder, "bootappliance.db");
        NodeBenchmark.Fill(database, 1).GetAwaiter().GetResult();
        store = new SqliteStore(database, NullLogger<SqliteStore>.Instance);
        events = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        var nodes = new NodeRegistry(store, events, TimeProvider.System, NullLogger<NodeRegistry>.Instance);
        var guard = new BootLoopGuard(TimeProvider.System);
        var delivery = new ImageDelivery(new ImageDeliverySettings(), [], [], cache: null, TimeProvider.System);
        resolver = new BootResolver(new BootPolicy { Address = IPAddress.Parse("192.0.2.1") }, nodes, guard, delivery);
        // One machine asks for everybody's script, as a load generator does.
        var addresses = new MachineAddresses(new LeaseTable([], store, TimeProvider.System, []), _ => new MacAddress(1));
        timeline = new BootTimeline(events, nodes, addresses, guard, TimeProvider.System, NullLogger<BootTimeline>.Instance);
        mac = nodes.All.Single().Ports[0].Address;
        answer = resolver.BootConfig(mac, BootResolver.ScriptName);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        events?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        store?.Dispose();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Who asks, what it boots, the text.</summary>
    [Benchmark]
    public ScriptAnswer Answer() => resolver!.BootConfig(mac, BootResolver.ScriptName);

    [Benchmark]
    public void Record() => timeline!.ScriptAnswered(address, mac, answer!);
}
