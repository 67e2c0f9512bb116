namespace BootAppliance.Nodes;

/// <summary>What inspections found on machines, on the disk only; it goes with its node.</summary>
public interface IInventoryStore
{
    /// <summary>The last inventory of a node, a JSON object with <c>inventory</c> and <c>plugin_data</c>; null when it was never inspected.</summary>
    string? LoadInventory(Guid node);

    /// <summary>Writes the inventory of a node, in place of its last one. Returns when it is durable.</summary>
    Task SaveInventoryAsync(Guid node, string inventory);
}
