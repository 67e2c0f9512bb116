using System.Text;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Guest;

/// <summary>Picks the modules that a guest needs out of a kernel package, in the order in which they must be loaded.</summary>
/// <remarks>The package carries no <c>modules.dep</c> (its installation makes it), so each module is asked for its own dependencies.</remarks>
internal sealed class KernelModules(string packageFolder, string destination)
{
    private readonly Dictionary<string, string> files = Directory.EnumerateFiles(packageFolder, "*.ko*", SearchOption.AllDirectories)
        .DistinctBy(NameOf).ToDictionary(NameOf);

    private readonly List<string> order = [];

    /// <summary>Copies the modules and what they depend on, and writes their order to the file <c>order</c>.</summary>
    public async Task Copy(params IReadOnlyList<string> names)
    {
        Directory.CreateDirectory(destination);
        foreach (var name in names) await CopyOne(name);
        await File.WriteAllLinesAsync(Path.Combine(destination, "order"), order);
    }

    private async Task CopyOne(string name)
    {
        // a module that has no file is built into the kernel
        if (order.Contains(name + ".ko") || !files.TryGetValue(name, out var file)) return;
        var copy = Path.Combine(destination, name + ".ko");
        await Decompress(file, copy);
        foreach (var dependency in Dependencies(await File.ReadAllBytesAsync(copy))) await CopyOne(dependency);
        order.Add(name + ".ko");
    }

    private static string[] Dependencies(byte[] module)
    {
        var key = "\0depends="u8;
        var start = module.AsSpan().IndexOf(key);
        if (start < 0) return [];
        var value = module.AsSpan(start + key.Length);
        return Encoding.ASCII.GetString(value[..value.IndexOf((byte)0)]).Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task Decompress(string file, string copy)
    {
        var tool = Path.GetExtension(file) switch { ".xz" => "xz", ".zst" => "zstd", _ => "cat" };
        await ChildProcess.Run(["sh", "-c", tool == "cat" ? "cat \"$0\" > \"$1\"" : $"{tool} -dc \"$0\" > \"$1\"", file, copy]);
    }

    private static string NameOf(string path) => Path.GetFileName(path).Split(".ko")[0].Replace('-', '_');
}
