using System.Diagnostics;

namespace BootAppliance.Tests.Iso;

/// <summary>A folder that the real tools make an image of.</summary>
internal sealed class IsoMaker : IDisposable
{
    public string Work { get; } = Directory.CreateTempSubdirectory("bootappliance-iso-").FullName;

    public string Tree => Path.Combine(Work, "tree");

    public string Image => Path.Combine(Work, "http", "image.iso");

    public IsoMaker()
    {
        Directory.CreateDirectory(Tree);
        Directory.CreateDirectory(Path.Combine(Work, "http"));
    }

    public IsoMaker Add(string path, string content)
    {
        var file = Path.Combine(Tree, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return this;
    }

    /// <summary>Runs a tool with its arguments in front of the folder; the image is written to <see cref="Image"/>.</summary>
    public string Make(string tool, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Path.Combine("/usr/bin", tool)), $"{tool} is not installed: apt install {tool}");
        List<string> words = [.. tool == "xorriso" ? ["-as", "mkisofs"] : Array.Empty<string>(), "-quiet", .. arguments, "-o", Image, Tree];
        var start = new ProcessStartInfo(tool, words) { RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, said);
        return Image;
    }

    public void Dispose() => Directory.Delete(Work, recursive: true);
}
