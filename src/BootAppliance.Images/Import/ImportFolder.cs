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

    public string Target(string name) => $"{root}/{name}";

    /// <summary>Where the image lies until it is whole.</summary>
    public string Partial(string name)
    {
        var folder = $"{root}/{ConfinedFolder.Unfinished}";
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ImportException(ImportRefusal.NotWritable, $"nothing can be written below {root}: {refused.Message}");
        }

        return $"{folder}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}";
    }

    /// <summary>Refuses names that are none, lead elsewhere or are in use.</summary>
    public string Check(string name)
    {
        var segments = name.Split('/');
        if (name.Length is 0 or > LongestName || segments.Any(IsUnfit))
            throw new ImportException(ImportRefusal.Invalid, $"'{name}' is no name for an image: write a path below {root} without '..', without leading dots and control characters, such as debian/netinst.iso");
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

    public void CheckRoom(long? missing)
    {
        var free = new DriveInfo(root).AvailableFreeSpace - LeftFree;
        if (missing > free)
            throw new ImportException(ImportRefusal.NoRoom, $"{root} has room for {Math.Max(free, 0)} bytes, and the image needs {missing} more: make room, or set Http:Root to a larger disk");
    }

    private static bool IsUnfit(string segment) => segment.Length == 0 || segment[0] == '.' || Encoding.UTF8.GetByteCount(segment) > LongestSegment || segment.Any(c => char.IsControl(c) || c == '\\');
}
