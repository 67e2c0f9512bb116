using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using BootAppliance.Images;
using BootAppliance.Images.Iso;

namespace BootAppliance.Tests.Iso;

/// <summary>Images as xorriso and genisoimage make them.</summary>
public sealed class IsoImageTests : IDisposable
{
    private const string LongName = "a-name-that-is-far-longer-than-thirty-one-characters-and-has.two.dots-vmlinuz";

    private static readonly string Deep = string.Join('/', Enumerable.Range(1, 14).Select(level => $"level{level}"));

    private readonly IsoMaker maker = new();

    public static TheoryData<string, string[]> Kinds => new()
    {
        { "xorriso", [] },
        { "xorriso", ["-J"] },
        { "xorriso", ["-J", "-joliet-long", "--norock"] },
        { "genisoimage", ["-R"] },
        { "genisoimage", ["-R", "-J"] },
        { "genisoimage", ["-J", "-joliet-long", "-D"] },
    };

    public void Dispose() => maker.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryFind_FindsEveryFile_ByItsOwnName(string tool, string[] arguments)
    {
        maker.Add("casper/vmlinuz", "kernel").Add("casper/" + LongName, "long").Add(Deep + "/initrd.img", "deep").Add("empty", "").Add("Casper.txt", "text");
        var image = maker.Make(tool, arguments);
        Read(image, "casper/vmlinuz").ShouldBe("kernel");
        Read(image, "casper/" + LongName).ShouldBe("long");
        Read(image, Deep + "/initrd.img").ShouldBe("deep");
        Read(image, "empty").ShouldBe("");
        Read(image, "CASPER/VMLINUZ").ShouldBe("kernel");
        Read(image, "casper.TXT").ShouldBe("text");
        Find(image, "casper/vmlinux").ShouldBe(IsoRefusal.NotFound);
        Find(image, "casper/vmlinuz/more").ShouldBe(IsoRefusal.NotFound);
        Find(image, "casper").ShouldBe(IsoRefusal.IsFolder);
    }

    [Fact]
    public void TryFind_FindsPlainNames_WithoutVersionAndInAnyCase()
    {
        maker.Add("boot/vmlinuz", "kernel").Add("boot/initrd.img", "initrd");
        var image = maker.Make("genisoimage");
        Read(image, "boot/vmlinuz").ShouldBe("kernel");
        Read(image, "BOOT/INITRD.IMG").ShouldBe("initrd");
    }

    [Fact]
    public void TryFind_PrefersTheCaseThatWasAsked()
    {
        maker.Add("boot/Image", "upper").Add("boot/image", "lower");
        var image = maker.Make("genisoimage", "-R");
        Read(image, "boot/Image").ShouldBe("upper");
        Read(image, "boot/image").ShouldBe("lower");
    }

    [Fact]
    public void TryFind_FindsEveryFile_OfAFolderOfManySectors()
    {
        for (var i = 0; i < 500; i++) maker.Add($"pool/package-with-a-longish-name_{i}.deb", $"{i}");
        var image = maker.Make("xorriso", "-J");
        for (var i = 0; i < 500; i += 83) Read(image, $"pool/package-with-a-longish-name_{i}.deb").ShouldBe($"{i}");
        Open(image, opened => opened.List("pool").Count().ShouldBe(500));
    }

    [Fact]
    public void TryFind_FollowsLinks_InsideOfTheImageOnly()
    {
        maker.Add("boot/vmlinuz-6.1.0", "kernel");
        File.CreateSymbolicLink(Path.Combine(maker.Tree, "vmlinuz"), "./boot/vmlinuz-6.1.0");
        File.CreateSymbolicLink(Path.Combine(maker.Tree, "rooted"), "/boot/vmlinuz-6.1.0");
        File.CreateSymbolicLink(Path.Combine(maker.Tree, "outside"), "../../../../etc/passwd");
        File.CreateSymbolicLink(Path.Combine(maker.Tree, "round"), "round");
        Directory.CreateSymbolicLink(Path.Combine(maker.Tree, "boot", "self"), ".");
        Directory.CreateSymbolicLink(Path.Combine(maker.Tree, "live"), "boot/../boot");
        var image = maker.Make("xorriso");
        Read(image, "vmlinuz").ShouldBe("kernel");
        Read(image, "rooted").ShouldBe("kernel");
        Read(image, "live/vmlinuz-6.1.0").ShouldBe("kernel");
        Read(image, "boot/self/self/vmlinuz-6.1.0").ShouldBe("kernel");
        Find(image, "outside").ShouldBe(IsoRefusal.NotFound);
        Find(image, "round").ShouldBe(IsoRefusal.NotFound);
    }

    /// <summary>A file of 4 GiB or more has several records of one name (ECMA-119, 9.1.6, flag 7); here two small files become one.</summary>
    [Fact]
    public void TryFind_FindsAFile_WhosePartsLieOneBehindTheOther()
    {
        maker.Add("a", new string('a', 2048)).Add("b", "bbb").Add("c", "ccc");
        var image = maker.Make("genisoimage");
        Patch(image, "A.;1", record => record[25] |= 0x80);
        Patch(image, "B.;1", record => record[33] = (byte)'A');
        Read(image, "a").ShouldBe(new string('a', 2048) + "bbb");
        Read(image, "c").ShouldBe("ccc");
        Patch(image, "A.;1", record => record[2] += 1);
        Find(image, "a").ShouldBe(IsoRefusal.InPieces);
    }

    [Fact]
    public void TryFind_FindsAFile_FarBehindTheFirstGigabytes()
    {
        maker.Add("a", "near");
        var image = maker.Make("genisoimage");
        const uint block = 0x00F0_0000;
        Patch(image, "A.;1", record => BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(2), block));
        Find(image, "a").ShouldBe(IsoRefusal.Damaged);
        using (var sparse = File.OpenWrite(image))
        {
            sparse.Position = block * 2048L;
            sparse.Write("far "u8);
        }

        Read(image, "a").ShouldBe("far ");
    }

    /// <summary>On disks for the Macintosh, a file has a second record of the same name for its resource fork.</summary>
    [Fact]
    public void TryFind_LeavesOut_ResourceForks()
    {
        maker.Add("a", "fork").Add("b", "data");
        var image = maker.Make("genisoimage");
        Patch(image, "A.;1", record => record[25] |= 0x04);
        Patch(image, "B.;1", record => record[33] = (byte)'A');
        Read(image, "a").ShouldBe("data");
    }

    [Fact]
    public void TryFind_Refuses_WhatIsCompressedInside()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/xorriso"), "xorriso is not installed: apt install xorriso");
        maker.Add("large", new string('a', 1 << 20)).Add("small", "small");
        var start = new ProcessStartInfo("xorriso", ["-outdev", maker.Image, "-map", maker.Tree, "/", "-set_filter_r", "--zisofs", "/large"]) { RedirectStandardError = true, UseShellExecute = false };
        using (var process = Process.Start(start)!)
        {
            process.StandardError.ReadToEnd();
            process.WaitForExit();
        }

        Find(maker.Image, "large").ShouldBe(IsoRefusal.Compressed);
        Read(maker.Image, "small").ShouldBe("small");
    }

    [Fact]
    public void TryFind_SaysThatTheImageIsDamaged_WhereItWasNotCopiedToItsEnd()
    {
        maker.Add("boot/a", "first").Add("boot/z", new string('z', 1 << 20));
        var image = maker.Make("xorriso");
        using (var cut = File.OpenWrite(image)) cut.SetLength(cut.Length - (1 << 20));
        Find(image, "boot/z").ShouldBe(IsoRefusal.Damaged);
        Read(image, "boot/a").ShouldBe("first");
    }

    [Fact]
    public void TryOpen_SaysWhatTheFileIs_WhereItIsNoIso()
    {
        File.WriteAllBytes(maker.Image, new byte[100_000]);
        Find(maker.Image, "x").ShouldBe(IsoRefusal.NotAnIso);
        File.WriteAllBytes(maker.Image, []);
        Find(maker.Image, "x").ShouldBe(IsoRefusal.NotAnIso);
    }

    [Fact]
    public void TryOpen_Refuses_WhatIsInUdfOnly()
    {
        // ECMA-167, 3/9.1: the recognition sequence of an image without an ISO 9660 descriptor.
        var bytes = new byte[40 * 2048];
        foreach (var (sector, name) in new[] { (16, "BEA01"), (17, "NSR02"), (18, "TEA01") }) Encoding.ASCII.GetBytes(name).CopyTo(bytes, sector * 2048 + 1);
        File.WriteAllBytes(maker.Image, bytes);
        Find(maker.Image, "sources/boot.wim").ShouldBe(IsoRefusal.OnlyUdf);
    }

    [Fact]
    public void TryFind_SaysThatFilesAreInUdf_WhereThePlainTreeHasNotTheFile()
    {
        maker.Add("README.TXT", "This disc contains a UDF file system");
        var image = maker.Make("genisoimage", "-udf");
        Read(image, "readme.txt").ShouldStartWith("This disc");
        Find(image, "sources/boot.wim").ShouldBe(IsoRefusal.OnlyUdf);
    }

    [Fact]
    public void Folder_ServesAFileOutOfAnImage_ByItsPath()
    {
        maker.Add("install.amd/vmlinuz", "kernel");
        var image = maker.Make("xorriso", "-J");
        var folder = new ConfinedFolder(Path.GetDirectoryName(image)!);
        folder.TryOpen("image.iso/install.amd/vmlinuz", out var file).ShouldBe(FolderRefusal.None);
        using (file!.Handle)
        {
            file.Name.ShouldBe("image.iso/install.amd/vmlinuz");
            file.Length.ShouldBe(6);
            Text(file, 0, 6).ShouldBe("kernel");
        }

        folder.TryOpen("image.iso/install.amd/initrd.gz", out _).ShouldBe(FolderRefusal.NotFound);
        folder.TryOpen("image.iso/install.amd", out _).ShouldBe(FolderRefusal.NotFound);
        folder.TryOpen("other.iso/install.amd/vmlinuz", out _).ShouldBe(FolderRefusal.NotFound);
        File.CreateSymbolicLink(Path.Combine(folder.Root, "link.iso"), "/etc/hostname");
        folder.TryOpen("link.iso/vmlinuz", out _).ShouldBe(FolderRefusal.OutsideRoot);
    }

    private static void Open(string path, Action<IsoImage> look)
    {
        using var handle = File.OpenHandle(path);
        IsoImage.TryOpen(new OpenedFile(handle, "image.iso", RandomAccess.GetLength(handle), default), out var image).ShouldBe(IsoRefusal.None);
        look(image!);
    }

    private static IsoRefusal Find(string image, string path)
    {
        var refusal = Opened(image, out var whole);
        using (whole.Handle) return refusal == IsoRefusal.None ? IsoImage.TryFind(whole, path, out _) : refusal;
    }

    private static string Read(string image, string path) => ReadEnd(image, path, int.MaxValue);

    private static string ReadEnd(string image, string path, int count)
    {
        Opened(image, out var whole);
        using (whole.Handle)
        {
            IsoImage.TryFind(whole, path, out var file).ShouldBe(IsoRefusal.None, path);
            var length = (int)Math.Min(count, file!.Length);
            return Text(whole with { Offset = file.Offset, Length = file.Length }, file.Length - length, length);
        }
    }

    private static void Patch(string image, string name, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(image);
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name)) - 33;
        var record = bytes[at..(at + bytes[at])];
        change(record);
        record.CopyTo(bytes, at);
        File.WriteAllBytes(image, bytes);
    }

    private static IsoRefusal Opened(string image, out OpenedFile whole)
    {
        var handle = File.OpenHandle(image);
        whole = new OpenedFile(handle, "image.iso", RandomAccess.GetLength(handle), DateTimeOffset.UnixEpoch);
        return IsoImage.TryOpen(whole, out _);
    }

    private static string Text(OpenedFile file, long from, int length)
    {
        var bytes = new byte[length];
        RandomAccess.Read(file.Handle, bytes, file.Offset + from).ShouldBe(length);
        return Encoding.ASCII.GetString(bytes);
    }
}
