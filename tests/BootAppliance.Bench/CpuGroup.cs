using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Bench;

/// <summary>The processor time of a server with all the processes that it starts: a control group of its own (cgroups(7), version 2).</summary>
internal sealed class CpuGroup : IDisposable
{
    private static readonly string Root = File.ReadLines("/proc/mounts").Select(line => line.Split(' ')).FirstOrDefault(mount => mount[2] == "cgroup2")?[1]
        ?? throw new LabException("The benchmark needs control groups of version 2 (a mounted cgroup2 file system), to measure processor time.");

    private readonly string group;

    /// <summary>Makes a group; where servers run side by side, each has one of its own name.</summary>
    public CpuGroup(string name = "server")
    {
        group = Path.Combine(Root, $"bootappliance-bench-{Environment.ProcessId}-{name}");
        Directory.CreateDirectory(group);
    }

    /// <summary>Starts a server that is counted from its first moment: what it starts at once, a worker, would not come along later.</summary>
    public ChildProcess Start(Func<ChildProcess> start)
    {
        var home = Root + File.ReadLines("/proc/self/cgroup").Single(line => line.StartsWith("0::", StringComparison.Ordinal))["0::".Length..];
        Enter(group);
        try
        {
            return start();
        }
        finally
        {
            Enter(home);
        }
    }

    /// <summary>User and system mode so far.</summary>
    public double Seconds =>
        File.ReadLines(Path.Combine(group, "cpu.stat")).Where(line => line.StartsWith("usage_usec ", StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ')[1])).Single() / 1e6;

    /// <summary>Ends what is left in the group and takes it away.</summary>
    public void Dispose()
    {
        File.WriteAllText(Path.Combine(group, "cgroup.kill"), "1");
        SpinWait.SpinUntil(TryDelete, TimeSpan.FromSeconds(5));
    }

    /// <summary>What a process starts is in its group.</summary>
    private static void Enter(string group) => File.WriteAllText(Path.Combine(group, "cgroup.procs"), $"{Environment.ProcessId}");

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(group);
            return true;
        }
        catch (IOException)
        {
            // The killed are not gone yet.
            return false;
        }
    }
}
