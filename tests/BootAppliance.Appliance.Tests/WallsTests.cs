using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace BootAppliance.Tests;

/// <summary>Holds the walls between the projects that the README draws.</summary>
public sealed class WallsTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    public static TheoryData<string, string[]> Projects => new()
    {
        { "src/BootAppliance.Dhcp", [] },
        { "src/BootAppliance.Tftp", [] },
        { "src/BootAppliance.Nodes", [] },
        { "src/BootAppliance.Images", [] },
        { "src/BootAppliance.Netboot", ["Dhcp", "Images", "Nodes", "Tftp"] },
        { "src/BootAppliance.Storage", ["Dhcp", "Nodes"] },
        { "appliance", ["Dhcp", "Images", "Netboot", "Nodes", "Storage", "Tftp"] },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ReferencesOnlyWhatItsWallAllows(string folder, string[] allowed)
    {
        var project = XDocument.Load(Directory.GetFiles(Path.Combine(Root, folder), "*.csproj").Single());
        var referenced = project.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value).Replace("BootAppliance.", "", StringComparison.Ordinal))
            .Order();
        referenced.ShouldBe(allowed);
    }

    [Theory]
    [InlineData("Dhcp")]
    [InlineData("Tftp")]
    [InlineData("Nodes")]
    [InlineData("Images")]
    [InlineData("Netboot")]
    [InlineData("Storage")]
    public void Library_KnowsNoWebServer(string library)
    {
        var references = Assembly.Load("BootAppliance." + library).GetReferencedAssemblies().Select(name => name.Name!);
        references.ShouldNotContain(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void Netboot_OpensNoSocket()
    {
        var references = Assembly.Load("BootAppliance.Netboot").GetReferencedAssemblies().Select(name => name.Name);
        references.ShouldNotContain("System.Net.Sockets");
    }

    [Fact]
    public void NoFolder_IsARoomForLeftovers()
    {
        string[] banned = ["Common", "Utils", "Utilities", "Helpers", "Shared", "Managers", "Misc"];
        var folders = Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories)
            .Where(folder => !folder.Contains("/obj/") && !folder.Contains("/bin/") && !folder.Contains("/.git/"));
        folders.Select(Path.GetFileName).ShouldNotContain(name => banned.Contains(name));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
