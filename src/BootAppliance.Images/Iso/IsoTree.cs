using System.Text;

namespace BootAppliance.Images.Iso;

/// <summary>How the names of a tree are written.</summary>
internal enum IsoNames
{
    /// <summary>As in <c>VMLINUZ.;1</c>.</summary>
    Plain,

    /// <summary>In UCS-2, the tree of a supplementary descriptor of its own.</summary>
    Joliet,

    /// <summary>As on a POSIX file system, in the system use areas of the plain tree.</summary>
    RockRidge,
}

/// <summary>One of the directory trees of an image.</summary>
internal sealed class IsoTree(IsoReader bytes, IsoNames names, int blockSize, IsoEntry root, int rockRidgeSkip = 0)
{
    /// <summary>Size in bytes of a sector (ECMA-119, 6.1.2), which directories never have a record across.</summary>
    public const int Sector = 2048;

    public IsoEntry Root => root;

    /// <summary>The same tree, by its POSIX names.</summary>
    public IsoTree WithRockRidge(int skip) => new(bytes, IsoNames.RockRidge, blockSize, root, skip);

    /// <summary>What a folder holds. What cannot be read ends it, as there is no telling where the next record would begin.</summary>
    public IEnumerable<IsoEntry> Read(IsoEntry folder)
    {
        var sector = new byte[Sector];
        IsoEntry? begun = null;
        for (long position = 0; position < folder.Length; position += sector.Length)
        {
            if (!bytes.TryRead(folder.Offset + position, sector)) yield break;
            for (var at = 0; TryReadEntry(sector.AsSpan(at), out var length, out var entry, out var hasMore); at += length)
            {
                if (entry is null) continue;
                if (begun is not null) entry = Join(begun, entry);
                begun = hasMore ? entry : null;
                if (begun is null) yield return entry;
            }
        }
    }

    /// <summary>A file of 4 GiB or more has several records; nearly always its parts lie one behind the other.</summary>
    private static IsoEntry Join(IsoEntry first, IsoEntry next) => first with
    {
        Length = first.Length + next.Length,
        Refusal = first.Refusal != IsoRefusal.None ? first.Refusal
            : next.Name == first.Name && next.Offset == first.Offset + first.Length ? next.Refusal : IsoRefusal.InPieces,
    };

    private bool TryReadEntry(ReadOnlySpan<byte> sector, out int length, out IsoEntry? entry, out bool hasMore)
    {
        (length, entry, hasMore) = (0, null, false);
        if (!DirectoryRecord.TryRead(sector, out var record)) return false;
        length = sector[0];
        if (record.IsSelfOrParent || record.IsAssociated) return true;
        var made = Make(record);
        if (names == IsoNames.RockRidge && record.SystemUse.Length >= rockRidgeSkip)
        {
            var posix = RockRidge.Read(record.SystemUse[rockRidgeSkip..], bytes, blockSize);
            if (posix.WasMoved) return true;
            made = made with { Name = posix.Name ?? made.Name, Target = posix.Target, Refusal = posix.IsCompressed ? IsoRefusal.Compressed : made.Refusal };
            if (posix.MovedTo is { } block) made = Moved(made, block);
        }

        (entry, hasMore) = (made, record.HasMore);
        return true;
    }

    private IsoEntry Make(DirectoryRecord record) => Check(new IsoEntry(
        names == IsoNames.Joliet ? Plain(Encoding.BigEndianUnicode.GetString(record.Name)) : Plain(Encoding.UTF8.GetString(record.Name)),
        ((long)record.Location + record.AttributeBlocks) * blockSize,
        record.DataLength)
    {
        IsFolder = record.IsDirectory,
        Refusal = record.IsInterleaved ? IsoRefusal.InPieces : IsoRefusal.None,
    });

    /// <summary>A folder that was moved says its size in its own first record.</summary>
    private IsoEntry Moved(IsoEntry entry, uint block)
    {
        Span<byte> first = stackalloc byte[Sector];
        var offset = (long)block * blockSize;
        return bytes.TryRead(offset, first) && DirectoryRecord.TryRead(first, out var self)
            ? Check(entry with { Offset = offset, Length = self.DataLength, IsFolder = true, Refusal = IsoRefusal.None })
            : entry with { Refusal = IsoRefusal.Damaged };
    }

    // The location of an empty file says nothing.
    private IsoEntry Check(IsoEntry entry) => entry.Length == 0 || bytes.Holds(entry.Offset, entry.Length) ? entry : entry with { Refusal = IsoRefusal.Damaged };

    /// <summary>Without the version, and without the dot that a name has even when it has no extension.</summary>
    private static string Plain(string name)
    {
        var version = name.LastIndexOf(';');
        return (version < 0 ? name : name[..version]).TrimEnd('.');
    }
}
