using System.Security.Cryptography;
using System.Text;

namespace BootAppliance.Images.Import;

/// <summary>The image folder as one writes into it: which names may be given, and where files lie until they are whole.</summary>
internal sealed class ImportFolder(string root)
{
    private const int LongestName = 1024;
    private const int LongestSegment = 255;

    /// <summary>A disk that is full stops more than the next import.</summary>
    private const long LeftFree = 64 << 20;

    /// <summary>Nobody goes on after that with what was begun.</summary>
    private static readonly TimeSpan kept = TimeSpan.FromDays(7);

    private string Unfinished => $"{root}/{ConfinedFolder.Unfinished}";

    public string Target(string name) => $"{root}/{name}";

    /// <summary>Where the image lies until it is whole.</summary>
    public string Partial(string name)
    {
        try
        {
            // Nobody else reads what is not checked yet, or where from it comes.
            Directory.CreateDirectory(Unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ImportException(ImportRefusal.NotWritable, $"nothing can be written below {root}: {refused.Message}");
        }

        return $"{Unfinished}/{Key(name)}";
    }

    /// <summary>The imports that are not whole, with what is here of each, in bytes.</summary>
    public IEnumerable<(ImportRecord Record, long Bytes)> Begun() => ImportFile.All(Unfinished)
        .Select(begun => (begun.Record, File: new FileInfo(begun.Path))).Where(begun => begun.File.Exists).Select(begun => (begun.Record, begun.File.Length));

    /// <summary>Takes away what was begun long ago, but not what is under way.</summary>
    public void CleanUp(DateTimeOffset now, IEnumerable<string> underWay)
    {
        var busy = underWay.Select(Key).ToHashSet(StringComparer.Ordinal);
        foreach (var file in new DirectoryInfo(Unfinished).GetFiles())
        {
            if (now.UtcDateTime - file.LastWriteTimeUtc > kept && !busy.Contains(file.Name.Split('.')[0])) file.Delete();
        }
    }

    /// <summary>Refuses names that are none, lead elsewhere or are in use.</summary>
    public string Check(string name)
    {
        var segments = name.Split('/');
        if (name.Length is 0 or > LongestName || segments.Any(IsUnfit))
            throw new ImportException(ImportRefusal.Invalid, $"'{name}' is no name for an image: write a path below {root} without '..', without leading dots and control characters, such as debian/netinst.iso");
        if (!ImageReference.TryParse(name, out var meant, out _) || meant is not ImageReference.Local)
            throw new ImportException(ImportRefusal.Invalid, $"'{name}' would be taken for {meant?.ToString() ?? "no image"} wherever it is asked for: take another name with --name");
        var path = root;
        foreach (var segment in segments[..^1])
        {
            path += "/" + segment;
            if (new FileInfo(path).LinkTarget is not null) throw new ImportException(ImportRefusal.Invalid, $"{path} is a link: import into a folder that is below {root} itself");
            if (File.Exists(path)) throw new ImportException(ImportRefusal.Conflict, $"{path} is a file: take another name");
        }

        path = Target(name);
        if (Directory.Exists(path)) throw new ImportException(ImportRefusal.Conflict, $"{path} is a folder: take another name with --name");
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            throw new ImportException(ImportRefusal.Conflict, $"there is an image '{name}' already: remove it first with 'image remove', or take another name with --name");
        return path;
    }

    /// <summary>
    /// Refuses a place that a file cannot be moved to in one step, as below the mount point of another disk: there everybody would see it half written.
    /// </summary>
    public void CheckMove(string name)
    {
        var place = Path.GetDirectoryName(Target(name))!;
        while (!Directory.Exists(place)) place = Path.GetDirectoryName(place)!;
        var (probe, moved) = ($"{Partial(name)}.probe", $"{place}/.{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(probe, []);
            DurableFile.Rename(probe, moved);
            File.Delete(moved);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            File.Delete(probe);
            throw new ImportException(ImportRefusal.NotWritable, $"no image can be moved into {place}, which has to be writable, and on the disk of {root}: {refused.Message}");
        }
    }

    public void CheckRoom(long? missing)
    {
        var free = new DriveInfo(root).AvailableFreeSpace - LeftFree;
        if (missing > free)
            throw new ImportException(ImportRefusal.NoRoom, $"{root} has room for {Math.Max(free, 0)} bytes, and the image needs {missing} more: make room, or set Http:Root to a larger disk");
    }

    private static string Key(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    private static bool IsUnfit(string segment) => segment.Length == 0 || segment[0] == '.' || Encoding.UTF8.GetByteCount(segment) > LongestSegment || segment.Any(c => char.IsControl(c) || c == '\\');
}
