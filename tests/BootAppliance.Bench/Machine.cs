namespace BootAppliance.Bench;

/// <summary>What a figure is worth nothing without.</summary>
internal static class Machine
{
    /// <summary>Processor, cores and kernel in one line.</summary>
    public static string Describe()
    {
        var processor = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("model name", StringComparison.Ordinal)).Split(':')[1].Trim();
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return $"{processor}, {Environment.ProcessorCount} cores for client and server together, Linux {kernel}, .NET {Environment.Version}";
    }
}
