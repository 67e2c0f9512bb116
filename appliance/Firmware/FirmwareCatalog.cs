using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using YamlDotNet.RepresentationModel;

namespace BootAppliance.Firmware;

/// <summary>The loaders of <c>firmware/manifest.yaml</c>, embedded in the program.</summary>
public sealed class FirmwareCatalog
{
    private readonly FrozenDictionary<string, FirmwareFile> byName;

    private FirmwareCatalog(IEnumerable<FirmwareFile> files)
    {
        Files = [.. files];
        byName = Files.ToFrozenDictionary(file => file.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Every file that is embedded, in the order of the manifest.</summary>
    public IReadOnlyList<FirmwareFile> Files { get; }

    /// <summary>Reads the manifest and the files out of this program.</summary>
    public static FirmwareCatalog Load()
    {
        using var manifest = new StreamReader(Open("manifest.yaml") ?? throw new InvalidOperationException("the program carries no firmware manifest"));
        var yaml = new YamlStream();
        yaml.Load(manifest);
        var files = (YamlSequenceNode)yaml.Documents[0].RootNode["files"];
        return new FirmwareCatalog(files.Where(IsEmbedded).Select(file => new FirmwareFile(
            Text(file, "name"),
            [.. ((YamlSequenceNode)file["architectures"]).Select(a => int.Parse(((YamlScalarNode)a).Value!, CultureInfo.InvariantCulture))],
            Text(file, "sha256"),
            Text(file, "version"),
            Content(Text(file, "name")))));
    }

    /// <summary>The file of this name, whatever its case: some firmware asks in capitals.</summary>
    public FirmwareFile? Find(string name) => byName.GetValueOrDefault(name);

    private static bool IsEmbedded(YamlNode file) =>
        !((YamlMappingNode)file).Children.TryGetValue("embedded", out var embedded) || ((YamlScalarNode)embedded).Value != "false";

    private static string Text(YamlNode file, string key) => ((YamlScalarNode)file[key]).Value!;

    private static byte[] Content(string name)
    {
        using var resource = Open(name);
        if (resource is null) return [];
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }

    private static Stream? Open(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream("firmware/" + name);
}
