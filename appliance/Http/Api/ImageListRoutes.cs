using BootAppliance.Images;
using BootAppliance.Images.Formats;
using BootAppliance.Images.Import;
using BootAppliance.Images.Signatures;
using BootAppliance.Netboot;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Api;

/// <summary>One image in the list of all: a file below <c>Http:Root</c>, one that an import has begun, or one from elsewhere that the cache knows. State is here, loading, cut, or absent.</summary>
internal sealed record ListedImageView(
    string Image, string Source, string State, long? Size, long Older, long? Loaded, bool Pinned, bool Evictable, long? Hits, long? Misses, DateTimeOffset? LastUsed, string? Sha256, string? Problem,
    string? Format, string? Architecture, string? Version, bool IsProgram, IReadOnlyList<EfiSignature> Signatures, IReadOnlyList<string> Nodes);

/// <summary><c>/api/images</c>: every image that machines can load from here, and what becomes of it.</summary>
internal sealed class ImageListRoutes(ImageCache cache, ConfinedFolder folder, ImageImporter importer, BootResolver resolver, NodeRegistry nodes)
{
    /// <summary>Nobody reads further.</summary>
    private const int MostFiles = 10_000;

    private const int MostNodes = 10;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery("/images", () => new { images = List() }).WithSummary("All images: those below Http:Root and those in the cache, and which of them nodes need");
        api.MapDelete("/images", (string image) => RemoveAsync(image)).WithSummary("Remove an image that no node needs");
    }

    private List<ListedImageView> List()
    {
        var users = Users();
        return
        [
            .. Files().Select(name => View(name, users)).OfType<ListedImageView>(),
            .. importer.Unfinished().OrderBy(begun => begun.Name, StringComparer.Ordinal).Select(begun => View(begun.Name, begun.Bytes, begun.Length, users)),
            // A file of this machine is served where it lies: nothing comes, and nothing is kept.
            .. cache.List().Where(state => state.Reference is not ImageReference.OwnFile).Select(state => View(state, users)),
        ];
    }

    private async Task<IResult> RemoveAsync(string image)
    {
        if (!ImageReference.TryParse(image, out var reference, out var problem)) throw ApiException.Bad(problem);
        if (!(reference is ImageReference.Local local ? await TryRemoveAsync(local.Path) : Known(reference, image) is { } known && await TryRemoveAsync(known)))
            throw new ApiException(StatusCodes.Status404NotFound, $"there is no image '{image}': 'image list' shows those that there are");
        return Results.NoContent();
    }

    /// <summary>Removes a file, and what was begun to become one by an import.</summary>
    private async Task<bool> TryRemoveAsync(string name)
    {
        var isRemoved = TryRemove(name);
        return await importer.CallOffAsync(name) || isRemoved;
    }

    /// <summary>The image in the cache that somebody means; in the list it stands without what follows a '?'.</summary>
    private CachedImageState? Known(ImageReference reference, string label)
    {
        var all = cache.List();
        if (all.FirstOrDefault(state => state.Reference == reference) is { } known) return known;
        var similar = all.Where(state => state.Reference.Label == label).ToList();
        return similar.Count <= 1 ? similar.FirstOrDefault() : throw Conflict(label, $"{similar.Count} images are listed so, which differ in what follows the '?': write out which one");
    }

    private async Task<bool> TryRemoveAsync(CachedImageState known)
    {
        CheckUnused(known.Reference.ToString(), known.Reference.Label);
        return await cache.RemoveAsync(known.Reference);
    }

    private void CheckUnused(string reference, string label)
    {
        if (Users().GetValueOrDefault(reference) is { } users)
            throw Conflict(label, $"{(users.Count == 1 ? $"node {users[0]} needs" : $"nodes {string.Join(", ", users.Take(MostNodes))} need")} it");
    }

    private static ApiException Conflict(string image, string why) => new(StatusCodes.Status409Conflict, $"'{image}' cannot be removed: {why}");

    private bool TryRemove(string name)
    {
        if (folder.TryOpen(name, out var file) != FolderRefusal.None) return false;
        file!.Handle.Dispose();
        var path = $"{folder.Root}/{file.Name}";
        CheckUnused(file.Name, name);
        if (!File.Exists(path)) throw ApiException.Bad($"'{name}' is a file inside of an image: remove the image");
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Conflict(name, failure.Message);
        }
    }

    private IEnumerable<string> Files() => !Directory.Exists(folder.Root) ? [] : new DirectoryInfo(folder.Root)
        .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint, IgnoreInaccessible = true })
        .Select(file => Path.GetRelativePath(folder.Root, file.FullName)).Take(MostFiles).Order(StringComparer.Ordinal);

    private ListedImageView? View(string name, Dictionary<string, List<string>> users)
    {
        if (folder.TryOpen(name, out var file) != FolderRefusal.None) return null;
        using (file!.Handle)
            return WithContent(new ListedImageView(name, "folder", "here", file.Length, 0, null, false, false, null, null, null, null, null, null, null, null, false, [], []), file, users, name);
    }

    private ListedImageView View(string name, long bytes, long? length, Dictionary<string, List<string>> users)
    {
        var import = importer.Find(name);
        var view = new ListedImageView(name, "import", import?.State == ImportState.Loading ? "loading" : "cut", length, 0, bytes, false, false, null, null, null, null, import?.Problem, null, null, null, false, [], []);
        return WithContent(view, null, users, name);
    }

    private ListedImageView View(CachedImageState state, Dictionary<string, List<string>> users)
    {
        var view = new ListedImageView(
            state.Reference.Label, state.Reference.GetType().Name.ToLowerInvariant(), state.IsWhole ? "here" : state.IsLoading ? "loading" : state.Loaded is null ? "absent" : "cut",
            state.Size, state.Older, state.Loaded, state.IsPinned, state is { IsWhole: true, IsPinned: false, IsLoading: false }, state.Hits, state.Misses, state.LastUsed, state.Sha256, state.Problem, null, null, null, false, [], []);
        using var file = cache.TryOpenWhole(state.Reference)?.Handle;
        return WithContent(view, file is null ? null : new OpenedFile(file, state.Reference.FileName, state.Size ?? 0, default), users, state.Reference.ToString());
    }

    private static ListedImageView WithContent(ListedImageView view, OpenedFile? file, Dictionary<string, List<string>> users, string reference)
    {
        var by = users.GetValueOrDefault(reference) ?? [];
        view = view with { Pinned = view.Pinned || by.Count > 0, Nodes = [.. by.Take(MostNodes)] };
        if (file is null) return view;
        var seen = ImageInspection.Of(file);
        return view with { Format = ImageFormats.Words(seen.Format), Architecture = seen.Architecture, Version = seen.Version, IsProgram = seen.IsProgram, Signatures = seen.Signatures };
    }

    /// <summary>The nodes that need each image; who needs a file inside of an image needs the image.</summary>
    private Dictionary<string, List<string>> Users()
    {
        Dictionary<string, List<string>> users = [];
        foreach (var node in nodes.All.OrderBy(node => node.Label, StringComparer.OrdinalIgnoreCase))
        {
            foreach (var needed in resolver.NeededImages(node).SelectMany(image => image is ImageReference.Local local ? Above(local.Path) : [image.ToString()]).Distinct())
            {
                if (!users.TryGetValue(needed, out var by)) users[needed] = by = [];
                by.Add(node.Label);
            }
        }

        return users;
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1)) yield return path[..end];
    }
}
