using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Images;

/// <summary>A file that comes from a source: it is added up while it is written, and read by machines meanwhile.</summary>
internal sealed class PartialFile : IDisposable
{
    /// <summary>What no machine gets before all is checked: without it no boot program takes the image for whole.</summary>
    public const int HeldBack = 256 * 1024;

    /// <summary>So much is lost when the machine dies, and so often thousands of readers are woken, in bytes.</summary>
    private const long FlushStep = 64 << 20, TellStep = 1 << 20;

    private static readonly TimeSpan tellPause = TimeSpan.FromMilliseconds(100);

    private readonly CacheFolder folder;
    private readonly string key;
    private readonly TimeProvider time;
    private readonly SafeFileHandle file;
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? other;
    private readonly ImageChecksum? expected;
    private readonly ITimer late;
    private readonly Lock gate = new();
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PartialRecord record;
    private long told;
    private long toldAt;
    private bool isChecked;
    private string? broken;

    private PartialFile(CacheFolder folder, string key, PartialRecord record, FileMode mode, TimeProvider time)
    {
        (this.folder, this.key, this.record, this.time) = (folder, key, record, time);
        expected = record.Checksum is { } text && ImageChecksum.TryParse(text, out var checksum, out _) ? checksum : null;
        other = expected is { } asked && asked.Algorithm != HashAlgorithmName.SHA256 ? IncrementalHash.CreateHash(asked.Algorithm) : null;
        file = File.OpenHandle(folder.Partial(key), mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        late = time.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Length = record.Length;
        Tag = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
    }

    /// <summary>How long it will be; null: the source does not say.</summary>
    public long? Length { get; private set; }

    /// <summary>How much of it is here, in bytes.</summary>
    public long Written { get; private set; }

    public string Tag { get; }

    public ImageValidators Validators => record.Validators();

    public bool IsWhole => Written == Length;

    /// <summary>Whether what would follow can be told from the rest of another version.</summary>
    public bool CanGoOn => Length is not null && (expected is not null || record.LastModified is not null || record.ETag?.StartsWith("W/", StringComparison.Ordinal) == false);

    /// <summary>Begins a file anew; an older one goes, and whoever reads it keeps it.</summary>
    public static PartialFile Create(CacheFolder folder, string key, PartialRecord record, TimeProvider time)
    {
        folder.DeletePartial(key);
        record = record with { Boot = folder.Boot };
        folder.Save(key, record);
        return new PartialFile(folder, key, record, FileMode.CreateNew, time);
    }

    /// <summary>Takes up a file that was not finished, as far as it can be trusted; null: there is none, or it cannot be told what it is a part of.</summary>
    public static async Task<PartialFile?> TryResumeAsync(CacheFolder folder, string key, string reference, TimeProvider time, CancellationToken cancellation)
    {
        if (folder.FindPartial(key) is not { Length: not null } record || record.Reference != reference || !File.Exists(folder.Partial(key))) return null;
        var partial = new PartialFile(folder, key, record, FileMode.Open, time);
        if (!partial.CanGoOn)
        {
            partial.Dispose();
            return null;
        }

        try
        {
            var here = Math.Min(RandomAccess.GetLength(partial.file), record.Length.Value);
            await partial.AddUpAsync(record.Boot == folder.Boot ? here : Math.Min(here, record.Flushed), cancellation);
            return partial;
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    }

    /// <summary>Up to where there is something to read, in bytes from the beginning.</summary>
    public long Readable
    {
        get { lock (gate) return isChecked ? Written : Math.Min(told, Length!.Value - HeldBack); }
    }

    public GrowingImage? TryOpen(string name)
    {
        if (Length is not { } length) return null;
        try
        {
            return new GrowingImage(this, name, length, File.OpenHandle(folder.Partial(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (FileNotFoundException)
        {
            // Published in this moment.
            return null;
        }
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await RandomAccess.WriteAsync(file, bytes, Written, cancellation);
        AddUp(bytes.Span);
        if (Written - record.Flushed >= FlushStep) Flush();
        if (Written - told >= TellStep || time.GetElapsedTime(toldAt) >= tellPause) Tell();
        // A source may pause here, and machines are to get what came before.
        else late.Change(tellPause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The source, which did not say how long the image is, is through with it.</summary>
    public void End()
    {
        lock (gate) Length = Written;
    }

    /// <summary>Brings it onto the disk and says what is wrong with it; null: nothing, and <paramref name="content"/> is what it adds up to.</summary>
    public string? FindProblem(out string content)
    {
        RandomAccess.FlushToDisk(file);
        content = Convert.ToHexStringLower(sha256.GetCurrentHash());
        var sum = other is null ? content : Convert.ToHexStringLower(other.GetCurrentHash());
        return expected is null || expected.Hex == sum ? null : $"its checksum is wrong: it should be {expected}, and what came has {new ImageChecksum(expected.Algorithm, sum)}";
    }

    /// <summary>Lets readers have the rest.</summary>
    public void Release()
    {
        lock (gate) isChecked = true;
        Tell();
    }

    /// <summary>Tells readers that the rest will not come.</summary>
    public void Break(string problem)
    {
        lock (gate) broken = problem;
        Tell();
    }

    /// <summary>Makes sure that what is here now can be taken up again, whatever happens.</summary>
    public void Flush()
    {
        RandomAccess.FlushToDisk(file);
        record = record with { Flushed = Written };
        folder.Save(key, record);
    }

    public async Task<long> WaitAsync(long offset, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (Readable is var end && end > offset) return end;
                if (broken is not null) throw new IOException(broken);
                next = news.Task;
            }

            await next.WaitAsync(cancellation);
        }
    }

    public void Dispose()
    {
        late.Dispose();
        file.Dispose();
        sha256.Dispose();
        other?.Dispose();
    }

    private async Task AddUpAsync(long length, CancellationToken cancellation)
    {
        RandomAccess.SetLength(file, length);
        var buffer = new byte[TellStep];
        while (Written < length)
        {
            var read = await RandomAccess.ReadAsync(file, buffer, Written, cancellation);
            AddUp(buffer.AsSpan(0, read));
        }

        Tell();
    }

    private void AddUp(ReadOnlySpan<byte> bytes)
    {
        sha256.AppendData(bytes);
        other?.AppendData(bytes);
        Written += bytes.Length;
    }

    private void Tell()
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            (told, toldAt) = (Written, time.GetTimestamp());
            (waiting, news) = (news, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        waiting.SetResult();
    }
}
