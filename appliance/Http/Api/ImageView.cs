using BootAppliance.Images;
using BootAppliance.Images.Formats;
using BootAppliance.Images.Iso;
using BootAppliance.Images.Media;
using BootAppliance.Images.Signatures;

namespace BootAppliance.Http.Api;

/// <summary>What an image is, as the API shows it: for an ISO also the kernels on it that are known to boot.</summary>
internal sealed record ImageView(
    string Name, long Size, string Format, string? Architecture, string? Version, bool IsProgram, IReadOnlyList<EfiSignature> Signatures, IReadOnlyList<SbatComponent> Sbat, IReadOnlyList<KernelView> Kernels)
{
    /// <summary>Looks at an image below <c>Http:Root</c>; null if it is not there.</summary>
    /// <param name="folder">The image folder.</param>
    /// <param name="name">The name of the image in it.</param>
    /// <param name="imagesUrl">The URL of the image folder, without a slash at its end.</param>
    public static ImageView? Of(ConfinedFolder folder, string name, string imagesUrl)
    {
        if (folder.TryOpen(name, out var file) != FolderRefusal.None) return null;
        using (file!.Handle)
        {
            var seen = ImageInspection.Of(file);
            IReadOnlyList<BootableKernel> kernels = IsoImage.TryOpen(file, out var iso) == IsoRefusal.None
                ? KnownMedia.Find(iso!, name, $"{imagesUrl}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}") : [];
            return new ImageView(
                name, file.Length, ImageFormats.Words(seen.Format), seen.Architecture, seen.Version, seen.IsProgram, seen.Signatures, seen.Sbat,
                [.. kernels.Select(kernel => KernelView.Of(folder, kernel))]);
        }
    }
}

/// <summary>A kernel on an ISO as the API shows it.</summary>
internal sealed record KernelView(string System, string Kernel, IReadOnlyList<string> Initrds, string Args, string? Note, string? Architecture, string? Version, IReadOnlyList<EfiSignature> Signatures)
{
    public static KernelView Of(ConfinedFolder folder, BootableKernel kernel)
    {
        if (folder.TryOpen(kernel.Kernel, out var file) != FolderRefusal.None) return new KernelView(kernel.System, kernel.Kernel, kernel.Initrds, kernel.Arguments, kernel.Note, null, null, []);
        using (file!.Handle)
        {
            var seen = ImageInspection.Of(file);
            return new KernelView(kernel.System, kernel.Kernel, kernel.Initrds, kernel.Arguments, kernel.Note, seen.Architecture, seen.Version, seen.Signatures);
        }
    }
}
