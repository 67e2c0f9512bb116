using System.Diagnostics.CodeAnalysis;
using BootAppliance.Images.Iso;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Images;

/// <summary>Why a name was not opened inside a <see cref="ConfinedFolder"/>.</summary>
public enum FolderRefusal
{
    /// <summary>It was opened.</summary>
    None,

    /// <summary>There is no such file, or it is not a regular file.</summary>
    NotFound,

    /// <summary>The name climbs out of the folder, by <c>..</c> or by a symbolic link.</summary>
    OutsideRoot,

    /// <summary>The name cannot be a file name: empty, or with control characters.</summary>
    InvalidName,

    /// <summary>The file is there, but this process may not read it.</summary>
    AccessDenied,

    /// <summary>The file is there, but cannot be opened at this moment: this process has too many files open, or the disk fails.</summary>
    CannotOpen,

    /// <summary>It is inside of an image whose files are in UDF, which is not read here.</summary>
    OnlyUdf,

    /// <summary>It is inside of an ISO image that is damaged there.</summary>
    DamagedImage,

    /// <summary>It is inside of an ISO image, and lies there in pieces or compressed.</summary>
    NotAsItLies,
}

/// <summary>A file opened for reading, with what HTTP and TFTP have to say about it.</summary>
/// <param name="Handle">The open file; the receiver closes it.</param>
/// <param name="Name">The name inside the folder, with forward slashes.</param>
/// <param name="Length">Size in bytes when it was opened.</param>
/// <param name="LastModified">When its content was last changed, UTC.</param>
/// <param name="Offset">Where its bytes begin in the open file, which may hold others around them, in bytes.</param>
public sealed record OpenedFile(SafeFileHandle Handle, string Name, long Length, DateTimeOffset LastModified, long Offset = 0);

/// <summary>A folder that is served read-only: whatever name a stranger asks for, nothing outside of it is ever opened. An ISO image in it is like a folder with the files of the image.</summary>
public sealed class ConfinedFolder
{
    /// <summary>The name of the folder, directly below the root, for files that are not whole yet; nothing in it is opened.</summary>
    public const string Unfinished = ".unfinished";

    private static readonly EnumerationOptions anyCase = new() { MatchCasing = MatchCasing.CaseInsensitive, MatchType = MatchType.Simple, AttributesToSkip = FileAttributes.None };

    private readonly string root;
    private readonly bool ignoresCase;

    /// <summary>Takes the folder to serve; it need not exist yet.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="ignoresCase">Whether a name that is not there finds the file whose name differs in its case only, as on Windows, where some loaders come from.</param>
    public ConfinedFolder(string path, bool ignoresCase = false) => (root, this.ignoresCase) = (Path.GetFullPath(path).TrimEnd('/'), ignoresCase);

    /// <summary>The full path of the folder.</summary>
    public string Root => root;

    /// <summary>Opens a file by the name that a client sent: already percent-decoded, with any slashes.</summary>
    public FolderRefusal TryOpen(string requested, [NotNullWhen(true)] out OpenedFile? file)
    {
        file = null;
        if (Normalize(requested, out var name) is var refusal && refusal != FolderRefusal.None) return refusal;
        try
        {
            if (RegularFile.Exists(root + "/" + name)) return Open(name, out file);
            if (FindImage(name) is { } image) return OpenInside(image, name[(image.Length + 1)..], out file);
            return ignoresCase && FindInAnyCase(name) is { } other ? Open(other, out file) : FolderRefusal.NotFound;
        }
        catch (UnauthorizedAccessException)
        {
            return FolderRefusal.AccessDenied;
        }
        catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        {
            return FolderRefusal.NotFound;
        }
        catch (IOException)
        {
            return FolderRefusal.CannotOpen;
        }
    }

    private FolderRefusal Open(string name, out OpenedFile? file)
    {
        file = null;
        var handle = File.OpenHandle(root + "/" + name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        if (!IsInside(handle))
        {
            handle.Dispose();
            return FolderRefusal.OutsideRoot;
        }

        file = new OpenedFile(handle, name, RandomAccess.GetLength(handle), new DateTimeOffset(File.GetLastWriteTimeUtc(handle)));
        return FolderRefusal.None;
    }

    private FolderRefusal OpenInside(string image, string inside, out OpenedFile? file)
    {
        file = null;
        if (Open(image, out var whole) is var refusal && refusal != FolderRefusal.None) return refusal;
        if (IsoImage.TryFind(whole!, inside, out var found) is var problem && problem == IsoRefusal.None)
        {
            file = whole! with { Name = $"{image}/{inside}", Offset = found!.Offset, Length = found.Length };
            return FolderRefusal.None;
        }

        whole!.Handle.Dispose();
        return problem switch
        {
            IsoRefusal.OnlyUdf => FolderRefusal.OnlyUdf,
            IsoRefusal.Damaged => FolderRefusal.DamagedImage,
            IsoRefusal.InPieces or IsoRefusal.Compressed => FolderRefusal.NotAsItLies,
            _ => FolderRefusal.NotFound,
        };
    }

    /// <summary>The part of a path that is a file, where the path goes on behind it.</summary>
    private string? FindImage(string name)
    {
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = name.IndexOf('/', slash + 1))
        {
            var path = root + "/" + name[..slash];
            if (RegularFile.Exists(path)) return name[..slash];
            if (!Directory.Exists(path)) return null;
        }

        return null;
    }

    private string? FindInAnyCase(string name)
    {
        var found = root;
        foreach (var segment in name.Split('/'))
        {
            // As a pattern it would find another file than the one that was asked for.
            if (segment.AsSpan().ContainsAny('*', '?') || !Directory.Exists(found)) return null;
            var next = Directory.EnumerateFileSystemEntries(found, segment, anyCase).Order(StringComparer.Ordinal).FirstOrDefault();
            if (next is null) return null;
            found = next;
        }

        return RegularFile.Exists(found) ? found[(root.Length + 1)..] : null;
    }

    private static FolderRefusal Normalize(string requested, out string name)
    {
        name = "";
        if (requested.Length > 4096 || requested.AsSpan().ContainsAnyInRange('\0', '\u001f')) return FolderRefusal.InvalidName;
        var segments = requested.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries).Where(s => s != ".").ToArray();
        if (segments.Length == 0) return FolderRefusal.InvalidName;
        if (segments.Contains("..")) return FolderRefusal.OutsideRoot;
        if (segments[0].Equals(Unfinished, StringComparison.OrdinalIgnoreCase)) return FolderRefusal.NotFound;
        name = string.Join('/', segments);
        return FolderRefusal.None;
    }

    /// <summary>Asks the kernel which file was really opened, so that no link can be swapped between a check and the open.</summary>
    private bool IsInside(SafeFileHandle handle)
    {
        var opened = File.ResolveLinkTarget($"/proc/self/fd/{handle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName;
        return opened is not null && opened.StartsWith(RealPath(root) + "/", StringComparison.Ordinal);
    }

    /// <summary>The folder's path with every link above it resolved, as the kernel reports opened files.</summary>
    private static string RealPath(string folder)
    {
        var real = "/";
        foreach (var segment in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, segment);
            real = Directory.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName ?? next;
        }

        return real.TrimEnd('/');
    }
}
