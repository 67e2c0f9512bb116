using BootAppliance.Images;
using BootAppliance.Images.Formats;
using BootAppliance.Tests.Iso;

namespace BootAppliance.Tests.Formats;

/// <summary>Files that the real tools make, and hand-written first bytes for those whose tools are large.</summary>
public sealed class ImageInspectionTests : IDisposable
{
    private readonly IsoMaker maker = new();
    private readonly string file;

    public ImageInspectionTests() => file = Path.Combine(maker.Work, "file");

    public void Dispose() => maker.Dispose();

    [Fact]
    public void Of_Recognizes_WhatToolsMake()
    {
        maker.Add("a", "a");
        Look(maker.Make("xorriso", "-J")).Format.ShouldBe(ImageFormat.Iso);
        Made("squashfs-tools", "mksquashfs", maker.Tree, file, "-quiet", "-no-progress").ShouldBe(ImageFormat.Squashfs);
        Shell("cd / && echo etc/hostname | cpio -o -H newc --quiet", "cpio").ShouldBe(ImageFormat.Cpio);
        Shell("echo x | xz", "xz-utils").ShouldBe(ImageFormat.Xz);
        Shell("echo x | zstd", "zstd").ShouldBe(ImageFormat.Zstd);
        Shell("echo x | gzip", "gzip").ShouldBe(ImageFormat.Gzip);
    }

    [Theory]
    [InlineData("gpt", ImageFormat.GptDisk)]
    [InlineData("dos", ImageFormat.MbrDisk)]
    public void Of_Recognizes_PartitionedDisks(string label, ImageFormat format)
    {
        using (var disk = File.Create(file)) disk.SetLength(16 << 20);
        File.WriteAllText(file + ".in", $"label: {label}\n,,L\n");
        Tool.Skip("fdisk", "sfdisk");
        Tool.Run("fdisk", "sh", "-c", $"sfdisk --quiet {file} < {file}.in");
        Look(file).Format.ShouldBe(format);
    }

    [Fact]
    public void Of_Recognizes_AFileSystem()
    {
        using (var disk = File.Create(file)) disk.SetLength(4 << 20);
        Made("e2fsprogs", "mkfs.ext4", "-q", file).ShouldBe(ImageFormat.Ext);
    }

    [Theory]
    [InlineData("514649fb00000003", ImageFormat.Qcow2)]
    [InlineData("4b444d5601000000", ImageFormat.Vmdk)]
    [InlineData("7668647866696c65", ImageFormat.Vhdx)]
    [InlineData("4d5357494d000000", ImageFormat.Wim)]
    [InlineData("2321697078650a", ImageFormat.IpxeScript)]
    [InlineData("4d5a", ImageFormat.Unknown)]
    [InlineData("00", ImageFormat.Unknown)]
    [InlineData("", ImageFormat.Empty)]
    public void Of_Recognizes_FirstBytes(string hex, ImageFormat format)
    {
        File.WriteAllBytes(file, Convert.FromHexString(hex));
        Look(file).Format.ShouldBe(format);
    }

    /// <summary>A boot sector without partitions ends like a disk.</summary>
    [Fact]
    public void Of_DoesNotTakeABootSector_ForADisk()
    {
        var sector = new byte[1024];
        (sector[510], sector[511]) = (0x55, 0xAA);
        File.WriteAllBytes(file, sector);
        Look(file).Format.ShouldBe(ImageFormat.Unknown);
    }

    /// <summary>Fields of Documentation/arch/x86/boot.rst: 0x202 header magic, 0x206 protocol, 0x20E version text, 0x236 XLF_KERNEL_64.</summary>
    [Theory]
    [InlineData(0x0F, 1, "x86_64")]
    [InlineData(0x0F, 0, "i386")]
    [InlineData(0x0B, 1, "i386")]
    public void Of_ReadsVersionAndArchitecture_OfAKernel(byte protocol, byte flags, string architecture)
    {
        var kernel = new byte[4096];
        "HdrS"u8.CopyTo(kernel.AsSpan(0x202));
        (kernel[0x206], kernel[0x207], kernel[0x20F], kernel[0x236]) = (protocol, 2, 4, flags);
        "6.1.0-18-amd64 (debian-kernel) #1 SMP"u8.CopyTo(kernel.AsSpan(0x600));
        File.WriteAllBytes(file, kernel);
        Look(file).ShouldSatisfyAllConditions(
            seen => seen.Format.ShouldBe(ImageFormat.BzImage),
            seen => seen.Version.ShouldBe("6.1.0-18-amd64"),
            seen => seen.Architecture.ShouldBe(architecture),
            seen => seen.Signatures.ShouldBeEmpty());
    }

    [Fact]
    public void Of_ReadsAFile_InsideOfAnImage()
    {
        maker.Add("boot/other", "other").Add("boot/script", "#!ipxe\n");
        var folder = new ConfinedFolder(Path.GetDirectoryName(maker.Make("xorriso", "-J"))!);
        folder.TryOpen("image.iso/boot/script", out var script).ShouldBe(FolderRefusal.None);
        using (script!.Handle) ImageInspection.Of(script).Format.ShouldBe(ImageFormat.IpxeScript);
    }

    private ImageFormat Made(string package, string tool, params string[] arguments)
    {
        Tool.Run(package, tool, arguments);
        return Look(file).Format;
    }

    private ImageFormat Shell(string line, string package)
    {
        Tool.Run(package, "sh", "-c", $"({line}) > {file}");
        return Look(file).Format;
    }

    private static ImageInspection Look(string path)
    {
        using var handle = File.OpenHandle(path);
        return ImageInspection.Of(new OpenedFile(handle, path, RandomAccess.GetLength(handle), default));
    }
}
