using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Images.Import;

/// <summary>What is known of a file that is not whole yet, kept beside it.</summary>
/// <param name="Name">The path below <c>Http:Root</c> that it is going to have.</param>
/// <param name="Origin">What it is taken up again by.</param>
/// <param name="Length">How long it will be, in bytes; null: the source does not say.</param>
/// <param name="ETag">The entity tag of its version.</param>
/// <param name="LastModified">The date of its version.</param>
/// <param name="Checksum">What it must add up to.</param>
internal sealed record ImportRecord(string Name, string Origin, long? Length, string? ETag, DateTimeOffset? LastModified, string? Checksum)
{
    /// <summary>How much of it is surely on the disk, in bytes.</summary>
    public long Flushed { get; init; }

    /// <summary>In which run of the machine it was written: in the same one the rest is there too.</summary>
    public string? Boot { get; init; }
}

/// <summary>A file that is not whole yet, in a folder of <c>Http:Root</c> that is not served; it is added up while it is written.</summary>
internal sealed class ImportFile : IDisposable
{
    private const int BufferSize = 1 << 20;
    private const long FlushStep = 64 << 20;
    private const string RecordEnd = ".json";

    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private IncrementalHash? other;

    private ImportFile(string path, ImportRecord record)
    {
        (this.path, Record) = (path, record);
        file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        other = HashOf(Expected);
    }

    public ImportRecord Record { get; private set; }

    /// <summary>How much of it is here, in bytes.</summary>
    public long Written { get; private set; }

    /// <summary>Whether what would follow can be told from the rest of another version.</summary>
    public bool CanGoOn => Record.Length is not null && (Expected is not null || Record.LastModified is not null || Record.ETag?.StartsWith('"') == true);

    /// <summary>Whether nothing is missing, as when the process ended before the file was given its place.</summary>
    public bool IsWhole => Written > 0 && Written == Record.Length;

    private ImageChecksum? Expected => Record.Checksum is { } text && ImageChecksum.TryParse(text, out var checksum, out _) ? checksum : null;

    /// <summary>How much is here of an image that was begun before, in bytes.</summary>
    public static long Begun(string path, string origin) => ReadRecord(path) is { } record && record.Origin == origin && new FileInfo(path) is { Exists: true } file ? Sound(record, file.Length) : 0;

    /// <summary>What was begun below a folder.</summary>
    public static IEnumerable<(string Path, ImportRecord Record)> All(string folder) => !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*" + RecordEnd, new EnumerationOptions())
        .Select(file => file[..^RecordEnd.Length]).Select(path => (path, ReadRecord(path))).Where(begun => begun.Item2 is not null).Select(begun => (begun.path, begun.Item2!));

    /// <summary>Takes up what was begun of the same image, or begins.</summary>
    public static async Task<ImportFile> OpenAsync(string path, ImportRecord wanted, CancellationToken cancellation)
    {
        var known = ReadRecord(path);
        if (known?.Origin != wanted.Origin || (wanted.Checksum is not null && known.Checksum != wanted.Checksum)) known = null;
        var opened = new ImportFile(path, known ?? wanted);
        try
        {
            if (known is null) opened.Begin(wanted);
            else await opened.AddUpAsync(cancellation);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Begins from the first byte; what is there goes.</summary>
    public void Begin(ImportRecord record)
    {
        RandomAccess.SetLength(file, 0);
        (Record, Written) = (record with { Flushed = 0, Boot = DurableFile.Boot }, 0);
        sha256.TryGetHashAndReset(stackalloc byte[SHA256.HashSizeInBytes], out _);
        other?.Dispose();
        other = HashOf(Expected);
        DurableFile.Write(RecordOf(path), Record);
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await RandomAccess.WriteAsync(file, bytes, Written, cancellation);
        AddUp(bytes.Span);
        if (Written - Record.Flushed >= FlushStep) Flush();
    }

    /// <summary>Makes sure that what is here now can be taken up again, whatever happens.</summary>
    public void Flush()
    {
        RandomAccess.FlushToDisk(file);
        Record = Record with { Flushed = Written, Boot = DurableFile.Boot };
        DurableFile.Write(RecordOf(path), Record);
    }

    /// <summary>Gives the whole file its place, or says what is wrong with it; then there is nothing left to go on with.</summary>
    public string? Finish(string target, out string sum)
    {
        RandomAccess.FlushToDisk(file);
        sum = Convert.ToHexStringLower(sha256.GetCurrentHash());
        var found = other is null ? sum : Convert.ToHexStringLower(other.GetCurrentHash());
        if (Expected is { } expected && expected.Hex != found)
        {
            Abandon();
            return $"its checksum is wrong: it should be {expected}, and what came has {new ImageChecksum(expected.Algorithm, found)}";
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        DurableFile.Move(path, target);
        DurableFile.Delete(RecordOf(path));
        return null;
    }

    /// <summary>Takes the file away: there is nothing to go on with.</summary>
    public void Abandon() => Delete(path);

    /// <summary>Takes away what was begun.</summary>
    public static void Delete(string path)
    {
        DurableFile.Delete(path);
        DurableFile.Delete(RecordOf(path));
    }

    public void Dispose()
    {
        file.Dispose();
        sha256.Dispose();
        other?.Dispose();
    }

    private static string RecordOf(string path) => path + RecordEnd;

    /// <summary>How many bytes of a file can be relied upon: after a power cut its length says nothing.</summary>
    private static long Sound(ImportRecord record, long length)
    {
        length = Math.Min(length, record.Length ?? length);
        return record.Boot == DurableFile.Boot ? length : Math.Min(length, record.Flushed);
    }

    private static ImportRecord? ReadRecord(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ImportRecord>(File.ReadAllBytes(RecordOf(path)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            // What cannot be told what it is a part of is begun again.
            return null;
        }
    }

    private static IncrementalHash? HashOf(ImageChecksum? expected) =>
        expected is null || expected.Algorithm == HashAlgorithmName.SHA256 ? null : IncrementalHash.CreateHash(expected.Algorithm);

    private async Task AddUpAsync(CancellationToken cancellation)
    {
        RandomAccess.SetLength(file, Sound(Record, RandomAccess.GetLength(file)));
        var buffer = new byte[BufferSize];
        while (await RandomAccess.ReadAsync(file, buffer, Written, cancellation) is > 0 and var read) AddUp(buffer.AsSpan(0, read));
    }

    private void AddUp(ReadOnlySpan<byte> bytes)
    {
        sha256.AppendData(bytes);
        other?.AppendData(bytes);
        Written += bytes.Length;
    }
}
