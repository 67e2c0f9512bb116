namespace BootAppliance.Nodes;

/// <summary>The durable side of the discovered machines.</summary>
public interface IDiscoveryStore
{
    /// <summary>Every stored machine; read once at start.</summary>
    IReadOnlyList<DiscoveredMachine> LoadDiscoveredMachines();

    /// <summary>Writes a machine, in place of what was stored for its first MAC address.</summary>
    Task SaveDiscoveredMachineAsync(DiscoveredMachine machine);

    /// <summary>Forgets the machine with this first MAC address.</summary>
    Task RemoveDiscoveredMachineAsync(MacAddress key);
}
