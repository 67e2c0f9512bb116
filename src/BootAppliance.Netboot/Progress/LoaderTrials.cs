using System.Collections.Concurrent;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Progress;

/// <summary>A loader that a machine loaded in vain, and the one that it is offered in its place.</summary>
/// <param name="Failed">The loader that is usual for the machine.</param>
/// <param name="Instead">The other one.</param>
public sealed record LoaderTrial(string Failed, string Instead)
{
    /// <summary>What was seen, in one sentence.</summary>
    public string Seen => $"{Failed} was loaded {LoaderTrials.Limit} times and never came as far as the catch-all script";
}

/// <summary>
/// Finds out which of two like loaders runs on a machine: one drives its card by itself, the other through the firmware, and each hangs on
/// some cards. When neither runs, the usual one is offered again, and the reason is another. In memory only.
/// </summary>
public sealed class LoaderTrials
{
    /// <summary>So many loads in a row without a script are a failure.</summary>
    public const int Limit = 2;

    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<MacAddress, Loads> machines = new();

    /// <summary>A machine has loaded a loader.</summary>
    public void LoaderSent(MacAddress machine, string loader)
    {
        if (LoaderTable.OtherOf(loader) is not { } other) return;
        // On the isolated network this never fills; a flood of made-up machines must not eat the memory.
        if (machines.Count >= Capacity) machines.Clear();
        var loads = machines.GetOrAdd(machine, _ => new Loads());
        lock (loads) loads.Add(loader, other);
    }

    /// <summary>The loader of a machine runs: it came as far as the catch-all script.</summary>
    public void Ran(MacAddress machine)
    {
        if (!machines.TryGetValue(machine, out var loads)) return;
        lock (loads)
        {
            if (!loads.IsNeeded()) machines.TryRemove(machine, out _);
        }
    }

    /// <summary>The trial that a machine is in, or that ended well; null: it gets what is usual.</summary>
    public LoaderTrial? Find(MacAddress machine)
    {
        if (!machines.TryGetValue(machine, out var loads)) return null;
        lock (loads) return loads.Trial;
    }

    private sealed class Loads
    {
        private string? loader;
        private int inVain;
        private bool bothFailed;

        public LoaderTrial? Trial { get; private set; }

        public void Add(string loaded, string other)
        {
            if (loaded != loader) inVain = 0;
            loader = loaded;
            if (++inVain < Limit || bothFailed) return;
            bothFailed = Trial?.Instead == loaded;
            Trial = bothFailed ? null : new LoaderTrial(loaded, other);
        }

        /// <summary>Whether there is anything to remember of a machine whose loader ran: that it was not the usual one.</summary>
        public bool IsNeeded()
        {
            inVain = 0;
            return Trial is not null && Trial.Instead == loader;
        }
    }
}
