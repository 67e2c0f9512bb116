using System.Globalization;

namespace BootAppliance.Images;

/// <summary>The URL of an image that is here names its version: a machine that reads it in parts gets all of them from that one, or the word that it is gone.</summary>
public sealed partial class ImageCache
{
    /// <summary>So long may a machine stand at the menu of its disc and then read on, although the image has changed since.</summary>
    private static readonly TimeSpan keptForReaders = TimeSpan.FromDays(1);

    /// <summary>Makes a reference known, until the next start at least, and says by which path below the root of the boot plane it is served: that of the version which is here, if one is.</summary>
    public string PathOf(ImageReference reference)
    {
        var image = Get(reference);
        var (version, name) = (VersionOf(image), Uri.EscapeDataString(reference.FileName));
        return version is null ? $"cache/{image.Key}/{name}" : $"cache/{image.Key}/{version}/{name}";
    }

    /// <summary>What a machine gets that asks for a version of an image; nobody is asked for it, and nobody waits.</summary>
    /// <param name="key">The key of the image.</param>
    /// <param name="version">The version, as in <see cref="PathOf"/>.</param>
    /// <param name="isPart">Whether it asks for a part of the image, as of a disc.</param>
    public CacheAnswer OpenVersion(string key, string version, bool isPart)
    {
        if (!images.TryGetValue(key, out var image)) return new CacheAnswer.Unknown();
        if (image.Reference is ImageReference.OwnFile own)
        {
            if (files.TryOpen(own, out var opened) is { } refusal) return new CacheAnswer.Failed(own.Label, refusal);
            if (NameOf(opened!) == version) return new CacheAnswer.Whole(opened! with { Name = own.FileName });
            opened!.Handle.Dispose();
        }
        else if (Claim(image, version) is { } known)
        {
            if (TryOpen(image, known) is { } file) return Use(image, isHit: isPart ? null : true, new CacheAnswer.Whole(file, image.Problem));
            if (Claim(image, version) is not null) return new CacheAnswer.Failed(image.Reference.Label, "it cannot be opened at this moment: the appliance has too many files open (ulimit -n), or the disk fails (dmesg)");
        }

        return new CacheAnswer.Gone(image.Reference.Label, $"the version that the machine began with ({version}) is no longer here, and parts of another would not fit: start the machine again");
    }

    /// <summary>A file of this machine has no checksum; whoever changes it changes this.</summary>
    private static string NameOf(OpenedFile file) => string.Create(CultureInfo.InvariantCulture, $"{file.Length:x}-{file.LastModified.UtcTicks:x}");

    /// <summary>The version that a machine is to get, which is kept for it from now on; null: none is here.</summary>
    private string? VersionOf(CachedImage image)
    {
        if (image.Reference is ImageReference.OwnFile own)
        {
            if (files.TryOpen(own, out var file) is not null) return null;
            using (file!.Handle) return NameOf(file);
        }

        lock (image.Gate) return image.Record is { Content: not null, Versions: [var present, ..] } ? Claim(image, present.Name)?.Name : null;
    }

    /// <summary>The version of that name, which is kept for whoever reads it from now on; null: it is not here, or goes in this moment.</summary>
    private ImageVersion? Claim(CachedImage image, string name)
    {
        lock (image.Gate)
        {
            var record = image.Record;
            if (record.Versions.FirstOrDefault(version => version.Name == name) is not { } version || (version.Content != record.Content && !IsKept(version))) return null;
            (image.Record, image.HasNewUses) = (record.Promise(version.Content, time.GetUtcNow()), true);
            return version;
        }
    }

    /// <summary>Whether machines may still read it. A clock that was set back a little drops nothing.</summary>
    private bool IsKept(ImageVersion version) => (time.GetUtcNow() - version.Promised).Duration() < keptForReaders;

    /// <summary>Opens the content that the image has now.</summary>
    private OpenedFile? TryOpenContent(CachedImage image)
    {
        for (string? tried = null; image.Record is { Content: { } content } record && content != tried; tried = content)
        {
            if (TryOpen(image, record.Versions[0]) is { } file) return file;
        }

        return null;
    }

    private OpenedFile? TryOpen(CachedImage image, ImageVersion version)
    {
        var path = folder.Content(version.Content);
        while (true)
        {
            try
            {
                var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
                return new OpenedFile(handle, image.Reference.FileName, version.Size, version.Fetched);
            }
            catch (IOException missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
            {
                lock (image.Gate)
                {
                    if (File.Exists(path)) continue;
                    // Somebody removed it from outside, or in this moment: then the next one that asks gets it from the source.
                    image.Record = image.Record.Without(version.Content);
                    return null;
                }
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
