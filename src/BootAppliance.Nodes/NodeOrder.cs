using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>The nodes in the order in which they were added, for readers who take no lock and go through it page by page.</summary>
internal sealed class NodeOrder
{
    private static readonly Comparer<NodeSlot> byNumber = Comparer<NodeSlot>.Create((a, b) => a.Number.CompareTo(b.Number));
    private ImmutableList<NodeSlot> slots = [];

    public void Add(NodeSlot slot) => ImmutableInterlocked.Update(ref slots, list => list.Insert(~list.BinarySearch(slot, byNumber), slot));

    public void Remove(NodeSlot slot) => ImmutableInterlocked.Update(ref slots, list => list.RemoveAt(list.BinarySearch(slot, byNumber)));

    /// <summary>Those that came after a number, the next one first.</summary>
    public IEnumerable<NodeSlot> After(long number)
    {
        var list = slots;
        var first = PlaceOf(list, number + 1);
        return first == 0 ? list : Enumerable.Range(first, list.Count - first).Select(i => list[i]);
    }

    /// <summary>Those that came before a number, the last one first.</summary>
    public IEnumerable<NodeSlot> Before(long number)
    {
        var list = slots;
        var end = PlaceOf(list, number);
        return Enumerable.Range(1, end).Select(i => list[end - i]);
    }

    /// <summary>How many there are before the first one that has this number or a higher one.</summary>
    private static int PlaceOf(ImmutableList<NodeSlot> list, long number)
    {
        var (low, high) = (0, list.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (list[middle].Number < number) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
