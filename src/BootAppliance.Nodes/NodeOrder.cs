using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>The nodes in the order in which they were added, for readers who take no lock and go through it page by page.</summary>
internal sealed class NodeOrder
{
    private static readonly Comparer<NodeSlot> byNumber = Comparer<NodeSlot>.Create((a, b) => a.Number.CompareTo(b.Number));
    private ImmutableList<NodeSlot> slots = [];

    public void Add(NodeSlot slot) => ImmutableInterlocked.Update(ref slots, list => list.Insert(~list.BinarySearch(slot, byNumber), slot));

    public void Remove(NodeSlot slot) => ImmutableInterlocked.Update(ref slots, list => list.RemoveAt(list.BinarySearch(slot, byNumber)));

    /// <summary>Those that came after a number.</summary>
    public IEnumerable<NodeSlot> After(long number)
    {
        var list = slots;
        var (low, high) = (0, list.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (list[middle].Number <= number) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? list : Enumerable.Range(low, list.Count - low).Select(i => list[i]);
    }
}
