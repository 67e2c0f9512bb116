using System.Text.Json;

namespace BootAppliance.Images;

/// <summary>
/// The files of the cache: <c>content/SHA-256</c>, <c>references/KEY.json</c>, <c>partial/KEY</c> with <c>partial/KEY.json</c>. A record is always written
/// before the file that it is about, so that nothing is ever here that no record owns; and what no record owns is never touched.
/// </summary>
internal sealed class CacheFolder : IDisposable
{
    private const string RecordEnd = ".json";
    private readonly FileStream lease;

    public CacheFolder(string path)
    {
        Root = Path.GetFullPath(path);
        foreach (var folder in new[] { Root, Contents, References, Partials }) Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        lease = Lock(Path.Combine(Root, "lock"));
        foreach (var left in new[] { References, Partials }.SelectMany(folder => Directory.EnumerateFiles(folder, "*" + RecordEnd + DurableFile.TemporaryEnd))) File.Delete(left);
    }

    public string Root { get; }

    /// <summary>Which run of the machine this is.</summary>
    public string Boot { get; } = DurableFile.Boot;

    /// <summary>What is free on its disk, in bytes.</summary>
    public long Free => new DriveInfo(Root).AvailableFreeSpace;

    private string Contents => Path.Combine(Root, "content");

    private string References => Path.Combine(Root, "references");

    private string Partials => Path.Combine(Root, "partial");

    public string Reference(string key) => Path.Combine(References, key + RecordEnd);

    public string Content(string sha256) => Path.Combine(Contents, sha256);

    public string Partial(string key) => Path.Combine(Partials, key);

    public IEnumerable<(string Key, ReferenceRecord Record)> ReadReferences() => ReadAll<ReferenceRecord>(References).Select(one => (one.Key, Record: one.Record.InThisFormat())).Where(one => one.Record.IsSound);

    public IEnumerable<(string Key, PartialRecord Record)> ReadPartials() => ReadAll<PartialRecord>(Partials);

    public void Save(string key, ReferenceRecord record) => DurableFile.Write(Reference(key), record);

    public void Save(string key, PartialRecord record) => DurableFile.Write(Partial(key) + RecordEnd, record);

    public void Forget(string key) => DurableFile.Delete(Reference(key));

    public PartialRecord? FindPartial(string key) => Read<PartialRecord>(Partial(key) + RecordEnd);

    /// <summary>The file first: its record is what owns it.</summary>
    public void DeletePartial(string key)
    {
        DurableFile.Delete(Partial(key));
        DurableFile.Delete(Partial(key) + RecordEnd);
    }

    /// <summary>Makes a whole file that was checked the content of its checksum; the same content from another source is taken instead of it.</summary>
    public void Publish(string key, string sha256, long size)
    {
        var content = new FileInfo(Content(sha256));
        if (!content.Exists || content.Length != size) DurableFile.Rename(Partial(key), content.FullName);
    }

    /// <summary>Brings what was published onto the disk, and removes what is left of its download.</summary>
    public void SettlePublished(string key)
    {
        DurableFile.FlushFolder(Contents);
        DeletePartial(key);
    }

    public void DeleteContent(string sha256) => DurableFile.Delete(Content(sha256));

    public void Dispose() => lease.Dispose();

    /// <summary>Two processes would remove each other's files.</summary>
    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (File.Exists(path))
        {
            throw new IOException("another appliance is running with it. Stop that one, or give this one a cache of its own", taken);
        }
    }

    private static IEnumerable<(string Key, T Record)> ReadAll<T>(string folder)
        where T : class
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + RecordEnd))
        {
            if (Read<T>(path) is { } record) yield return (Path.GetFileNameWithoutExtension(path), record);
        }
    }

    /// <summary>A file that is no record of ours, whoever put it there, is nothing.</summary>
    private static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
