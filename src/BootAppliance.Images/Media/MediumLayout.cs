using BootAppliance.Images.Iso;

namespace BootAppliance.Images.Media;

/// <summary>Where the media of a distribution keep a kernel and what it needs. All paths are those inside of the image.</summary>
/// <param name="System">Which system it starts, for people.</param>
/// <param name="Kernel">The kernel; a <c>*</c> in its file name stands for the same text in everything below.</param>
/// <param name="Initrds">The initrds, all of which are needed but those that begin with <c>?</c>.</param>
/// <param name="Arguments">The kernel arguments; <c>{iso}</c> is the URL of the image.</param>
/// <param name="Marker">A file or folder that tells media with the same kernel apart, or null.</param>
/// <param name="Note">What the operator has to know before, or null.</param>
internal sealed record MediumLayout(string System, string Kernel, string[] Initrds, string Arguments, string? Marker = null, string? Note = null)
{
    private const char Wildcard = '*';
    private const char Optional = '?';

    /// <summary>Media have a kernel of each flavour, two or three.</summary>
    private const int MostVariants = 16;

    public IEnumerable<BootableKernel> Find(IsoImage image, string name, string url)
    {
        if (Marker is not null && !Holds(image, Marker, orFolder: true)) yield break;
        foreach (var variant in Variants(image))
        {
            string Fill(string text) => text.Replace($"{Wildcard}", variant, StringComparison.Ordinal);
            var initrds = Initrds.Select(Fill).Where(initrd => initrd[0] != Optional || Holds(image, initrd[1..])).Select(initrd => initrd.TrimStart(Optional)).ToList();
            if (!Holds(image, Fill(Kernel)) || initrds.Any(initrd => !Holds(image, initrd))) continue;
            yield return new BootableKernel(System, $"{name}/{Fill(Kernel)}", [.. initrds.Select(initrd => $"{name}/{initrd}")], Fill(Arguments).Replace("{iso}", url, StringComparison.Ordinal), Note);
        }
    }

    private static bool Holds(IsoImage image, string path, bool orFolder = false) =>
        image.TryFind(path, out _) is var refusal && (refusal == IsoRefusal.None || (orFolder && refusal == IsoRefusal.IsFolder));

    /// <summary>What the wildcard may stand for.</summary>
    private IEnumerable<string> Variants(IsoImage image)
    {
        var slash = Kernel.LastIndexOf('/');
        if (Kernel[(slash + 1)..].Split(Wildcard) is not [var before, var after]) return [""];
        return image.List(Kernel[..Math.Max(slash, 0)]).Select(entry => entry.Name)
            .Where(file => file.Length > before.Length + after.Length && file.StartsWith(before, StringComparison.Ordinal) && file.EndsWith(after, StringComparison.Ordinal))
            .Select(file => file[before.Length..(file.Length - after.Length)])
            .Take(MostVariants);
    }
}
