using System.Buffers.Binary;
using System.Text;

namespace BootAppliance.Images.Iso;

/// <summary>What the system use area of a directory record says (IEEE P1281 SUSP and P1282 Rock Ridge): POSIX names, links, and directories that lie elsewhere.</summary>
internal sealed class RockRidge
{
    // A name of 255 characters and the longest link need two or three; what has more is made to cost time.
    private const int MostContinuations = 16;
    private const int LongestText = 4096;

    private readonly IsoReader bytes;
    private readonly int blockSize;
    private readonly StringBuilder target = new();
    private readonly List<byte> name = [];
    private bool partGoesOn;

    private RockRidge(IsoReader bytes, int blockSize) => (this.bytes, this.blockSize) = (bytes, blockSize);

    public string? Name => name.Count == 0 ? null : Encoding.UTF8.GetString([.. name]);

    /// <summary>Where a symbolic link leads, or null.</summary>
    public string? Target => target.Length == 0 ? null : target.ToString();

    /// <summary>The block where a directory really lies that was moved because ISO 9660 allows eight levels only.</summary>
    public uint? MovedTo { get; private set; }

    /// <summary>The directory is shown at the place that it was moved from.</summary>
    public bool WasMoved { get; private set; }

    public bool IsCompressed { get; private set; }

    /// <summary>How many bytes to leave out in every record, if the directory's own first record says that this is Rock Ridge.</summary>
    public static int? FindSkip(ReadOnlySpan<byte> systemUseOfRoot) => systemUseOfRoot is [(byte)'S', (byte)'P', >= 7, 1, 0xBE, 0xEF, var skip, ..] ? skip : null;

    public static RockRidge Read(ReadOnlySpan<byte> systemUse, IsoReader bytes, int blockSize)
    {
        var read = new RockRidge(bytes, blockSize);
        if (read.Read(systemUse) is { } continued) read.ReadContinuations(continued);
        return read;
    }

    private void ReadContinuations((long Offset, int Length)? place)
    {
        var area = new byte[IsoTree.Sector];
        for (var round = 0; round < MostContinuations && place is var (offset, length); round++)
        {
            if (!bytes.TryRead(offset, area.AsSpan(0, length))) return;
            place = Read(area.AsSpan(0, length));
        }
    }

    /// <summary>Reads one area, and says where the next one is.</summary>
    private (long Offset, int Length)? Read(ReadOnlySpan<byte> area)
    {
        (long, int)? next = null;
        while (area.Length >= 4 && area[2] >= 4 && area[2] <= area.Length)
        {
            var entry = area[..area[2]];
            area = area[entry.Length..];
            switch (entry)
            {
                case [(byte)'N', (byte)'M', >= 5, _, var flags, .. var part] when (flags & 0x06) == 0 && name.Count + part.Length <= LongestText:
                    name.AddRange(part);
                    break;
                case [(byte)'S', (byte)'L', >= 5, _, _, .. var parts]:
                    ReadTarget(parts);
                    break;
                case [(byte)'C', (byte)'L', >= 12, ..]:
                    MovedTo = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
                    break;
                case [(byte)'R', (byte)'E', ..]:
                    WasMoved = true;
                    break;
                case [(byte)'Z', (byte)'F', ..]:
                    IsCompressed = true;
                    break;
                case [(byte)'C', (byte)'E', >= 28, ..]:
                    var length = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
                    if (length <= IsoTree.Sector)
                        next = ((long)BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) * blockSize + BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]), (int)length);
                    break;
                case [(byte)'S', (byte)'T', ..]:
                    return next;
            }
        }

        return next;
    }

    /// <summary>A link is written part by part, each with flags: goes on in the next, current, parent, root.</summary>
    private void ReadTarget(ReadOnlySpan<byte> parts)
    {
        while (parts.Length >= 2 && parts[1] <= parts.Length - 2 && target.Length <= LongestText)
        {
            var flags = parts[0];
            var text = parts.Slice(2, parts[1]);
            parts = parts[(2 + text.Length)..];
            if (target.Length > 0 && !partGoesOn && target[^1] != '/') target.Append('/');
            target.Append((flags & 0x0E) switch { 0x02 => ".", 0x04 => "..", 0x08 => "/", _ => Encoding.UTF8.GetString(text) });
            partGoesOn = (flags & 0x01) != 0;
        }
    }
}
