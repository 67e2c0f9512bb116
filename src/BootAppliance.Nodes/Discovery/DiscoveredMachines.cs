using Microsoft.Extensions.Logging;

namespace BootAppliance.Nodes;

/// <summary>The machines that booted here without being nodes, newest kept, ready to be adopted.</summary>
public sealed class DiscoveredMachines
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 1000;

    /// <summary>The most network interfaces that one machine is believed to have.</summary>
    public const int MaximumMacs = 64;

    private readonly IDiscoveryStore store;
    private readonly NodeRegistry nodes;
    private readonly EventLog events;
    private readonly TimeProvider time;
    private readonly ILogger<DiscoveredMachines> logger;
    private readonly Lock gate = new();
    private readonly Dictionary<MacAddress, DiscoveredMachine> machines = [];

    /// <summary>Loads every stored machine.</summary>
    public DiscoveredMachines(IDiscoveryStore store, NodeRegistry nodes, EventLog events, TimeProvider time, ILogger<DiscoveredMachines> logger)
    {
        this.store = store;
        this.nodes = nodes;
        this.events = events;
        this.time = time;
        this.logger = logger;
        foreach (var machine in store.LoadDiscoveredMachines()) machines[machine.Macs[0]] = machine;
    }

    /// <summary>Every machine that is still no node, the one seen last first.</summary>
    public IReadOnlyList<DiscoveredMachine> All
    {
        get
        {
            lock (gate) return [.. machines.Values.Where(m => !m.Macs.Any(mac => nodes.FindByMac(mac) is not null)).OrderByDescending(m => m.LastSeen)];
        }
    }

    /// <summary>The machine with this interface.</summary>
    public DiscoveredMachine? Find(MacAddress mac)
    {
        lock (gate) return Holder(mac);
    }

    /// <summary>
    /// Records what a machine told about itself, together with what it told before; the first time this is an event too.
    /// Returns when it is stored, or is known in memory only because the store does not work.
    /// </summary>
    public async Task<DiscoveredMachine> ReportAsync(DiscoveredMachine seen)
    {
        DiscoveredMachine machine;
        List<Task> changes = [];
        lock (gate)
        {
            var known = seen.Macs.Select(Holder).OfType<DiscoveredMachine>().Distinct().ToList();
            machine = known.Aggregate(seen with { FirstSeen = time.GetUtcNow(), LastSeen = time.GetUtcNow() }, Merge);
            foreach (var old in known) machines.Remove(old.Macs[0]);
            machines[machine.Macs[0]] = machine;

            var forgotten = known.Where(old => old.Macs[0] != machine.Macs[0]).ToList();
            if (machines.Count > Capacity)
            {
                var oldest = machines.Values.MinBy(m => m.LastSeen)!;
                machines.Remove(oldest.Macs[0]);
                forgotten.Add(oldest);
            }

            changes.AddRange(forgotten.Select(m => store.RemoveDiscoveredMachineAsync(m.Macs[0])));
            changes.Add(store.SaveDiscoveredMachineAsync(machine));
            if (known.Count == 0) Announce(machine);
        }

        await StoredAsync(machine, Task.WhenAll(changes));
        return machine;
    }

    /// <summary>Makes a node, in <c>available</c>, of the machine with this interface.</summary>
    public async Task<Node> AdoptAsync(MacAddress mac, string? name)
    {
        var machine = Find(mac) ?? throw new NodeException(NodeFailure.NotFound, $"No discovered machine has the MAC address {mac}.");
        var node = await nodes.AddAsync(new Node
        {
            Name = name,
            ProvisionState = ProvisionState.Available, // who adopts a machine wants it deployed next, not verified: there is no driver that could
            Ports = [.. machine.Macs.Select(address => new Port { Address = address })],
            Properties = machine.Architecture is { } architecture ? JsonFields.Empty.With("cpu_arch", architecture) : JsonFields.Empty,
        });

        lock (gate) machines.Remove(machine.Macs[0]);
        await StoredAsync(machine, store.RemoveDiscoveredMachineAsync(machine.Macs[0]));
        return node;
    }

    private static DiscoveredMachine Merge(DiscoveredMachine seen, DiscoveredMachine known) => seen with
    {
        Macs = [.. known.Macs.Union(seen.Macs).Take(MaximumMacs)],
        FirstSeen = known.FirstSeen < seen.FirstSeen ? known.FirstSeen : seen.FirstSeen,
        Address = seen.Address ?? known.Address,
        Architecture = seen.Architecture ?? known.Architecture,
        Firmware = seen.Firmware ?? known.Firmware,
        SystemUuid = seen.SystemUuid ?? known.SystemUuid,
        Manufacturer = seen.Manufacturer ?? known.Manufacturer,
        Product = seen.Product ?? known.Product,
        Serial = seen.Serial ?? known.Serial,
    };

    private DiscoveredMachine? Holder(MacAddress mac) =>
        machines.TryGetValue(mac, out var machine) ? machine : machines.Values.FirstOrDefault(m => m.Macs.Contains(mac));

    private void Announce(DiscoveredMachine machine)
    {
        var made = string.Join(' ', new[] { machine.Manufacturer, machine.Product }.OfType<string>());
        events.Append(new MachineEvent
        {
            Kind = MachineEventKind.Discovered,
            Mac = machine.Macs[0],
            Address = machine.Address,
            Client = machine.Firmware,
            Text = $"A machine that is no node{(made.Length > 0 ? $", {made}," : "")} was recorded; it can be adopted.",
        });
    }

    private async Task StoredAsync(DiscoveredMachine machine, Task storing)
    {
        try
        {
            await storing;
        }
        catch (Exception exception)
        {
            logger.MachineNotStored(machine.Macs[0], exception);
        }
    }
}
