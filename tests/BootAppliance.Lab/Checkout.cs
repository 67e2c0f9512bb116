namespace BootAppliance.Lab;

/// <summary>Where things are in the checkout that this program was built from.</summary>
public static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>What the lab keeps between runs: the guest's kernel and the data of <c>make run</c>.</summary>
    public static string LabFolder => Directory.CreateDirectory(Path.Combine(Root, ".lab")).FullName;

    /// <summary>The appliance, of the same configuration (Debug or Release) as this program.</summary>
    public static string Appliance
    {
        get
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            var program = Path.Combine(Root, "appliance/bin", configuration, "net10.0/linux-x64/bootappliance");
            return File.Exists(program) ? program : throw new LabException($"The appliance is not built: {program} is missing. Run: dotnet build");
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "BootAppliance.sln"))) return folder.FullName;
        throw new LabException($"{AppContext.BaseDirectory} is not inside a checkout of BootAppliance.");
    }
}
