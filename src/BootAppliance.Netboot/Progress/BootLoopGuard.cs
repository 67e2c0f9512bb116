using System.Collections.Concurrent;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Progress;

/// <summary>A machine that loads its loader again and again and never comes to its script.</summary>
/// <param name="Loader">The loader.</param>
/// <param name="Loads">How often it was loaded.</param>
/// <param name="Within">In what time.</param>
public sealed record BootLoop(string Loader, int Loads, TimeSpan Within)
{
    /// <summary>What was seen, in one sentence.</summary>
    public string Seen => $"boot loop: {Loader} was loaded {Loads} times within {Within.TotalSeconds:0} seconds, and never came as far as a boot script";

    /// <summary>What to do about it.</summary>
    public static string Advice => "name another loader for this machine ('bootappliance node set NAME --loader snponly.efi'), and see that no other DHCP server answers it ('bootappliance doctor')";
}

/// <summary>
/// Stops machines that load one and the same loader for ever: they get a diagnosis instead of their scripts for a while. What is known of
/// a machine is in memory only, and forgotten after a quiet time.
/// </summary>
public sealed class BootLoopGuard(TimeProvider time)
{
    /// <summary>So many loads of one loader within <see cref="Window"/> are a loop.</summary>
    public const int Limit = 3;

    /// <summary>The time within which loads are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <summary>How long a machine is held before it may try the normal way again.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan memory = TimeSpan.FromMinutes(10);

    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<MacAddress, Loads> machines = new();

    /// <summary>Which of two loaders machines are offered that come no further with the usual one.</summary>
    public LoaderTrials Trials { get; } = new();

    /// <summary>A machine has loaded a loader; the loop, if this load makes it one.</summary>
    public BootLoop? LoaderSent(MacAddress machine, string loader)
    {
        // A Raspberry Pi reads some of its files several times in every boot.
        if (RaspberryPi.IsOne(machine)) return null;
        Trials.LoaderSent(machine, loader);
        if (machines.Count >= Capacity && !MakeRoom()) return null;
        var loads = machines.GetOrAdd(machine, _ => new Loads());
        lock (loads) return loads.Add(loader, time.GetUtcNow());
    }

    /// <summary>A machine got a script that boots something: whatever it did before, it is no loop.</summary>
    public void ScriptReached(MacAddress machine)
    {
        Trials.Ran(machine);
        machines.TryRemove(machine, out _);
    }

    /// <summary>The loop that a machine is held for now, or null.</summary>
    public BootLoop? Find(MacAddress? machine)
    {
        if (machine is not { } mac || !machines.TryGetValue(mac, out var loads)) return null;
        lock (loads) return loads.Held(time.GetUtcNow());
    }

    private bool MakeRoom()
    {
        var now = time.GetUtcNow();
        foreach (var (machine, loads) in machines)
        {
            lock (loads)
            {
                if (loads.IsOver(now)) machines.TryRemove(machine, out _);
            }
        }

        return machines.Count < Capacity;
    }

    private sealed class Loads
    {
        private readonly Queue<DateTimeOffset> times = new(Limit);
        private string loader = "";
        private string? previous;
        private DateTimeOffset last;
        private BootLoop? loop;
        private DateTimeOffset found;

        public BootLoop? Add(string file, DateTimeOffset now)
        {
            var isNextStage = LoaderChain.Continues(previous, file);
            previous = file;
            last = now;
            if (isNextStage) return null;
            if (file != loader)
            {
                // Another loader is what the diagnosis asks for: it deserves a try of its own.
                times.Clear();
                loop = null;
            }

            loader = file;
            times.Enqueue(now);
            while (now - times.Peek() > Window || times.Count > Limit) times.Dequeue();
            if (times.Count < Limit || Held(now) is not null) return null;
            loop = new BootLoop(loader, times.Count, now - times.Peek());
            found = now;
            return loop;
        }

        public BootLoop? Held(DateTimeOffset now) => loop is not null && now - found < Hold ? loop : null;

        public bool IsOver(DateTimeOffset now) => now - last > memory;
    }
}
