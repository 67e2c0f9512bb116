using System.Buffers.Binary;
using BootAppliance.Images.Signatures;

namespace BootAppliance.Images.Formats;

/// <summary>Tells what a file is by its first bytes.</summary>
internal static class FormatReader
{
    private const int IsoDescriptor = 16 * 2048;

    /// <summary>How many bytes decide: the first descriptor of an ISO image lies behind 32 KiB.</summary>
    public const int Decisive = IsoDescriptor + 2048;

    /// <summary>Reads the format.</summary>
    /// <param name="start">The first <see cref="Decisive"/> bytes, with zeros behind the end of a shorter file.</param>
    /// <param name="length">How many bytes the file has.</param>
    /// <param name="program">The headers of the file, if it is a PE file.</param>
    public static ImageFormat Read(ReadOnlySpan<byte> start, long length, PeImage? program) => length == 0 ? ImageFormat.Empty : start switch
    {
        // A kernel is an EFI program too, and a medium that starts from a USB stick begins like a disk: what says more goes first.
        _ when IsAt(start, 0x202, "HdrS"u8) => ImageFormat.BzImage,
        _ when IsAt(start, 0x38, "ARMd"u8) => ImageFormat.Arm64Image,
        _ when program is not null && IsAt(start, 4, "zimg"u8) => ImageFormat.EfiZboot,
        _ when program?.Section(".linux") is not null => ImageFormat.UnifiedKernel,
        _ when program is not null => ImageFormat.EfiProgram,
        _ when IsAt(start, IsoDescriptor + 1, "CD001"u8) => ImageFormat.Iso,
        _ when IsAt(start, IsoDescriptor + 1, "BEA01"u8) => ImageFormat.Udf,
        [(byte)'Q', (byte)'F', (byte)'I', 0xFB, ..] => ImageFormat.Qcow2,
        [(byte)'K', (byte)'D', (byte)'M', (byte)'V', ..] => ImageFormat.Vmdk,
        _ when IsAt(start, 0, "# Disk DescriptorFile"u8) => ImageFormat.Vmdk,
        _ when IsAt(start, 0, "vhdxfile"u8) => ImageFormat.Vhdx,
        _ when IsAt(start, 0, "hsqs"u8) => ImageFormat.Squashfs,
        _ when IsAt(start, 0, "070701"u8) || IsAt(start, 0, "070702"u8) => ImageFormat.Cpio,
        [0x1F, 0x8B, 8, ..] => ImageFormat.Gzip,
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => ImageFormat.Xz,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => ImageFormat.Zstd,
        _ when IsAt(start, 0, "MSWIM\0\0\0"u8) => ImageFormat.Wim,
        _ when IsAt(start, 0, "#!ipxe"u8) => ImageFormat.IpxeScript,
        // Disks with sectors of 512 and of 4096 bytes.
        _ when IsAt(start, 512, "EFI PART"u8) || IsAt(start, 4096, "EFI PART"u8) => ImageFormat.GptDisk,
        _ when HasPartitions(start) => ImageFormat.MbrDisk,
        _ when start[0x438..] is [0x53, 0xEF, ..] => ImageFormat.Ext,
        _ => ImageFormat.Unknown,
    };

    /// <summary>The architecture of a kernel, in the words that nodes use, where its own header says it.</summary>
    public static string? Architecture(ImageFormat format, ReadOnlySpan<byte> start) => format switch
    {
        // XLF_KERNEL_64 of the boot protocol 2.12 and later.
        ImageFormat.BzImage => BinaryPrimitives.ReadUInt16LittleEndian(start[0x206..]) >= 0x020C && (start[0x236] & 1) != 0 ? "x86_64" : "i386",
        ImageFormat.Arm64Image => "aarch64",
        _ => null,
    };

    private static bool IsAt(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> magic) => start[offset..].StartsWith(magic);

    /// <summary>A boot sector has the same last bytes, so the four entries must look like partitions.</summary>
    private static bool HasPartitions(ReadOnlySpan<byte> start)
    {
        if (start[510..] is not [0x55, 0xAA, ..]) return false;
        var used = 0;
        for (var entry = 446; entry < 510; entry += 16)
        {
            if (start[entry] is not (0 or 0x80)) return false;
            if (start[entry + 4] != 0 && BinaryPrimitives.ReadUInt32LittleEndian(start[(entry + 12)..]) > 0) used++;
        }

        return used > 0;
    }
}
