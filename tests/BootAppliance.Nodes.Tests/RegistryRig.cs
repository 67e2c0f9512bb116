using BootAppliance.Tests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Nodes.Tests;

/// <summary>A registry over a <see cref="MemoryStore"/>, with a clock that stands still.</summary>
internal sealed class RegistryRig : IAsyncDisposable
{
    public RegistryRig(MemoryStore? store = null, HardwareTypes? types = null, ProvisionSettings? settings = null, ILogger<Provisioner>? log = null)
    {
        Store = store ?? new MemoryStore();
        Events = new EventLog(Store, Time, NullLogger<EventLog>.Instance);
        Nodes = new NodeRegistry(Store, Events, Time, NullLogger<NodeRegistry>.Instance);
        Provisioner = new Provisioner(Nodes, types ?? HardwareTypes.BuiltIn(new ScriptedJudge(), new ScriptedJudge()), settings ?? new ProvisionSettings(), "conductor-1", Time, log ?? NullLogger<Provisioner>.Instance);
        Machines = new DiscoveredMachines(Store, Nodes, Events, Time, NullLogger<DiscoveredMachines>.Instance);
    }

    public ManualTime Time { get; } = new();

    public MemoryStore Store { get; }

    public EventLog Events { get; }

    public NodeRegistry Nodes { get; }

    public Provisioner Provisioner { get; }

    public DiscoveredMachines Machines { get; }

    public static MacAddress Mac(int number) => new(0x5254_0000_0000ul + (uint)number);

    public static Node NodeWith(string? name, params int[] macs) =>
        new() { Name = name, Ports = [.. macs.Select(m => new Port { Address = Mac(m) })] };

    public async ValueTask DisposeAsync()
    {
        await Provisioner.DisposeAsync();
        await Events.DisposeAsync();
    }
}
