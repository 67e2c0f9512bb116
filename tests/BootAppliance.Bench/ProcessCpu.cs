namespace BootAppliance.Bench;

/// <summary>The processor time of a process and of its children, as the kernel counts it.</summary>
internal static class ProcessCpu
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds in user and system mode so far, with those of the children that have ended.</summary>
    public static double Seconds(int process)
    {
        // The name of the program, in parentheses, may hold anything; what is wanted begins with field 14 (proc_pid_stat(5)).
        var line = File.ReadAllText($"/proc/{process}/stat");
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..15].Sum(long.Parse) / TicksPerSecond;
    }

    /// <summary>Peak resident memory in MiB.</summary>
    public static long PeakMebibytes(int process) =>
        File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024).Single();
}
