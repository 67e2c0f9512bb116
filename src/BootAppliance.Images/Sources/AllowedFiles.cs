using System.Diagnostics.CodeAnalysis;

namespace BootAppliance.Images;

/// <summary>Files of this machine outside of the image folder: served where they lie, if that is below a root that the operator allowed.</summary>
public sealed class AllowedFiles(IEnumerable<string> roots) : IImageLookup
{
    private readonly ConfinedFolder[] folders = [.. roots.Select(root => new ConfinedFolder(root))];

    /// <summary>Opens a file; otherwise says why not.</summary>
    public string? TryOpen(ImageReference.OwnFile image, out OpenedFile? file)
    {
        file = null;
        if (!TryFind(image, out var folder, out var name)) return $"{image.Label} lies below none of the folders of Images:AllowedRoots";
        return folder.TryOpen(name, out file) switch
        {
            FolderRefusal.None => null,
            FolderRefusal.NotFound => $"there is no file {image.Label}",
            var refusal => $"{image.Label} cannot be had: {refusal.Words(folder.Root)}",
        };
    }

    /// <inheritdoc/>
    public bool Knows(ImageReference image) => image is ImageReference.OwnFile;

    /// <inheritdoc/>
    public string? FindProblem(ImageReference image)
    {
        var problem = TryOpen((ImageReference.OwnFile)image, out var file);
        file?.Handle.Dispose();
        return problem;
    }

    /// <summary>There is nothing to be looked up: the file is asked for anew each time.</summary>
    public Task<bool> LookUpAsync(ImageReference image, CancellationToken cancellation) => Task.FromResult(false);

    private bool TryFind(ImageReference.OwnFile image, [NotNullWhen(true)] out ConfinedFolder? folder, out string name)
    {
        folder = Array.Find(folders, candidate => image.Path.StartsWith(candidate.Root + "/", StringComparison.Ordinal));
        name = folder is null ? "" : image.Path[(folder.Root.Length + 1)..];
        return folder is not null;
    }
}
