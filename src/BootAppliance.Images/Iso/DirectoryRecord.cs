using System.Buffers.Binary;

namespace BootAppliance.Images.Iso;

/// <summary>One record of a directory, as it lies in its sector (ECMA-119, 9.1).</summary>
/// <remarks>
/// <code>
///  0       1        2          10          18    25     26         28          32       33        33+n+pad
/// +-------+--------+----------+-----------+-----+------+----------+-----------+--------+---------+------------+
/// | length| xattrs | location | data size | ... | flags| interleave| volume no.| name n | name (n)| system use |
/// +-------+--------+----------+-----------+-----+------+----------+-----------+--------+---------+------------+
/// </code>
/// Numbers stand twice, first little-endian, which is the half that is read here.
/// </remarks>
internal readonly ref struct DirectoryRecord
{
    public const int SmallestLength = 34;

    private readonly ReadOnlySpan<byte> bytes;

    private DirectoryRecord(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    /// <summary>In blocks, those of extended attributes before the data.</summary>
    public int AttributeBlocks => bytes[1];

    /// <summary>In blocks.</summary>
    public uint Location => BinaryPrimitives.ReadUInt32LittleEndian(bytes[2..]);

    /// <summary>In bytes.</summary>
    public uint DataLength => BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]);

    public bool IsDirectory => (bytes[25] & 0x02) != 0;

    /// <summary>A part of another file, such as the resource fork of a Macintosh.</summary>
    public bool IsAssociated => (bytes[25] & 0x04) != 0;

    /// <summary>The file goes on in the next record.</summary>
    public bool HasMore => (bytes[25] & 0x80) != 0;

    public bool IsInterleaved => bytes[26] != 0 || bytes[27] != 0;

    public ReadOnlySpan<byte> Name => bytes.Slice(33, bytes[32]);

    /// <summary>The first two records are the directory and its parent, by the names 0 and 1.</summary>
    public bool IsSelfOrParent => Name is [0 or 1];

    /// <summary>What Rock Ridge adds, at an even place.</summary>
    public ReadOnlySpan<byte> SystemUse => bytes[Math.Min(33 + bytes[32] + 1 & ~1, bytes.Length)..];

    /// <summary>Takes the record at the beginning of what is left of a sector.</summary>
    public static bool TryRead(ReadOnlySpan<byte> sector, out DirectoryRecord record)
    {
        record = default;
        if (sector.Length < SmallestLength || sector[0] < SmallestLength || sector[0] > sector.Length) return false;
        if (33 + sector[32] > sector[0]) return false;
        record = new DirectoryRecord(sector[..sector[0]]);
        return true;
    }
}
