using System.Buffers.Binary;
using System.Text;

namespace BootAppliance.Images.Signatures;

/// <summary>A section of a PE file.</summary>
internal sealed record PeSection(string Name, uint Offset, uint Length);

/// <summary>The headers of a PE file (Microsoft's PE and COFF specification), which EFI programs are and kernels with an EFI stub.</summary>
internal sealed class PeImage
{
    private const int CoffLength = 24;
    private const int SectionLength = 40;
    private const int MostSections = 96;
    private const int CertificateDirectory = 4;

    private PeImage(ushort machine, long checksumOffset, long directoryEntryOffset, uint certificates, uint certificatesLength, IReadOnlyList<PeSection> sections) =>
        (Machine, ChecksumOffset, CertificateEntryOffset, CertificatesOffset, CertificatesLength, Sections) = (machine, checksumOffset, directoryEntryOffset, certificates, certificatesLength, sections);

    public ushort Machine { get; }

    /// <summary>Where the checksum lies, which no signature covers.</summary>
    public long ChecksumOffset { get; }

    /// <summary>Where the place of the certificates is written, which no signature covers either.</summary>
    public long CertificateEntryOffset { get; }

    /// <summary>Where the certificates begin, in bytes from the start of the file.</summary>
    public uint CertificatesOffset { get; }

    public uint CertificatesLength { get; }

    public IReadOnlyList<PeSection> Sections { get; }

    /// <summary>The architecture in the words that nodes use.</summary>
    public string? Architecture => Machine switch
    {
        0x8664 => "x86_64",
        0xAA64 => "aarch64",
        0x014C => "i386",
        0x01C0 or 0x01C2 or 0x01C4 => "arm",
        0x5064 => "riscv64",
        0x6264 => "loongarch64",
        0x0EBC => "ebc",
        _ => null,
    };

    public PeSection? Section(string name) => Sections.FirstOrDefault(section => section.Name == name);

    public static PeImage? Read(FileWindow file)
    {
        Span<byte> dos = stackalloc byte[64];
        if (!file.TryRead(0, dos) || dos is not [(byte)'M', (byte)'Z', ..]) return null;
        long start = BinaryPrimitives.ReadUInt32LittleEndian(dos[0x3C..]);
        Span<byte> coff = stackalloc byte[CoffLength];
        if (!file.TryRead(start, coff) || coff is not [(byte)'P', (byte)'E', 0, 0, ..]) return null;

        var optional = start + CoffLength;
        var optionalLength = BinaryPrimitives.ReadUInt16LittleEndian(coff[20..]);
        Span<byte> header = stackalloc byte[112 + (CertificateDirectory + 1) * 8];
        file.ReadUpTo(optional, header);
        // PE32 has its directories 16 bytes nearer than PE32+.
        var directories = BinaryPrimitives.ReadUInt16LittleEndian(header) switch { 0x10B => 96, 0x20B => 112, _ => 0 };
        var entry = directories + CertificateDirectory * 8;
        if (directories == 0 || optionalLength < entry + 8 || BinaryPrimitives.ReadUInt32LittleEndian(header[(directories - 4)..]) <= CertificateDirectory) return null;

        var sections = ReadSections(file, optional + optionalLength, BinaryPrimitives.ReadUInt16LittleEndian(coff[6..]));
        return new PeImage(
            BinaryPrimitives.ReadUInt16LittleEndian(coff[4..]), optional + 64, optional + entry,
            BinaryPrimitives.ReadUInt32LittleEndian(header[entry..]), BinaryPrimitives.ReadUInt32LittleEndian(header[(entry + 4)..]), sections);
    }

    private static List<PeSection> ReadSections(FileWindow file, long table, int count)
    {
        List<PeSection> sections = [];
        Span<byte> section = stackalloc byte[SectionLength];
        for (var i = 0; i < Math.Min(count, MostSections) && file.TryRead(table + i * SectionLength, section); i++)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(section[8..]), BinaryPrimitives.ReadUInt32LittleEndian(section[16..]));
            sections.Add(new PeSection(Encoding.ASCII.GetString(section[..8]).TrimEnd('\0'), BinaryPrimitives.ReadUInt32LittleEndian(section[20..]), length));
        }

        return sections;
    }
}
