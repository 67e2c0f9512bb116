namespace BootAppliance.Lab;

/// <summary>What this machine lacks, in one line for an error or for a skipped test.</summary>
public static class MissingPackage
{
    /// <summary>Null when it is there, otherwise which Debian package has it.</summary>
    /// <param name="program">The name of a program, or the whole path of anything else.</param>
    /// <param name="package">The package.</param>
    public static string? Find(string program, string package) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => Path.Exists(Path.Combine(folder, program))) ? null : $"needs the package {package}";
}
