using System.Buffers.Binary;
using System.Text;
using BootAppliance.Images.Signatures;

namespace BootAppliance.Images.Formats;

/// <summary>What an image is, read from its own bytes.</summary>
/// <param name="Format">What kind of file it is.</param>
/// <param name="Architecture">The machines that it is for, in the words of a node's <c>cpu_arch</c>, or null where the file does not say.</param>
/// <param name="Version">The version that a kernel says of itself, or null.</param>
/// <param name="Signatures">Who signed it for Secure Boot.</param>
/// <param name="Sbat">The generations that it can be revoked by.</param>
public sealed record ImageInspection(ImageFormat Format, string? Architecture, string? Version, IReadOnlyList<EfiSignature> Signatures, IReadOnlyList<SbatComponent> Sbat)
{
    private const int LongestVersion = 128;

    /// <summary>Whether it is a program that Secure Boot looks at.</summary>
    public bool IsProgram => Format is ImageFormat.BzImage or ImageFormat.Arm64Image or ImageFormat.EfiZboot or ImageFormat.EfiProgram or ImageFormat.UnifiedKernel;

    /// <summary>Looks at an opened file; reads all of it only if it is signed.</summary>
    public static ImageInspection Of(OpenedFile opened) => Of(new FileWindow(opened));

    /// <summary>Looks at a file that is in memory.</summary>
    public static ImageInspection Of(ReadOnlyMemory<byte> content) => Of(new FileWindow(content));

    private static ImageInspection Of(FileWindow file)
    {
        var start = new byte[FormatReader.Decisive];
        file.ReadUpTo(0, start);
        var program = PeImage.Read(file);
        var format = FormatReader.Read(start, file.Length, program);
        return new ImageInspection(
            format,
            FormatReader.Architecture(format, start) ?? program?.Architecture,
            format == ImageFormat.BzImage ? KernelVersion(file, start) : null,
            program is null ? [] : Authenticode.Read(file, program),
            program is null ? [] : SbatComponent.Read(file, program));
    }

    /// <summary>The first word of the text that the header of a bzImage points to, counted from the end of its boot sector.</summary>
    private static string? KernelVersion(FileWindow file, ReadOnlySpan<byte> start)
    {
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(start[0x20E..]);
        if (offset == 0) return null;
        var text = new byte[LongestVersion];
        file.ReadUpTo(offset + 0x200, text);
        var end = text.AsSpan().IndexOfAny((byte)0, (byte)' ');
        return end <= 0 ? null : Encoding.ASCII.GetString(text, 0, end);
    }
}
