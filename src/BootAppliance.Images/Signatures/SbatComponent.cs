using System.Text;

namespace BootAppliance.Images.Signatures;

/// <summary>A component of a boot program with the generation that Secure Boot Advanced Targeting revokes it by.</summary>
/// <param name="Name">As in <c>grub.debian</c>.</param>
/// <param name="Generation">Raised with every mended hole.</param>
public sealed record SbatComponent(string Name, int Generation)
{
    private const int Largest = 16 << 10;

    /// <summary>Reads the section <c>.sbat</c>, a table whose lines are component, generation, vendor, package, version and address.</summary>
    internal static IReadOnlyList<SbatComponent> Read(FileWindow file, PeImage program)
    {
        if (program.Section(".sbat") is not { Length: > 0 and <= Largest } section) return [];
        var text = new byte[section.Length];
        if (!file.TryRead(section.Offset, text)) return [];
        List<SbatComponent> components = [];
        foreach (var line in Encoding.ASCII.GetString(text).TrimEnd('\0').Split('\n'))
        {
            if (line.Split(',') is [var name, var generation, ..] && name != "sbat" && int.TryParse(generation, out var number)) components.Add(new SbatComponent(name, number));
        }

        return components;
    }
}
