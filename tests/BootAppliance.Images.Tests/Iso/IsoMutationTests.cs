using System.Buffers.Binary;
using System.Diagnostics;
using BootAppliance.Images;
using BootAppliance.Images.Iso;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Tests.Iso;

/// <summary>Images with changed bytes: whatever they say, reading them ends, soon, without an exception, and never points outside of the file.</summary>
public sealed class IsoMutationTests : IDisposable
{
    private const int Rounds = 3000;

    private readonly IsoMaker maker = new();

    public void Dispose() => maker.Dispose();

    [Theory]
    [InlineData("-R")]
    [InlineData("-J")]
    public void Reading_Ends_WhateverTheImageSays(string kind)
    {
        for (var i = 0; i < 40; i++) maker.Add($"a/b/c/d/e/f/g/h/i/j/a-longish-name-of-a-file-{i}.img", $"{i}");
        File.CreateSymbolicLink(Path.Combine(maker.Tree, "link"), "a/../a/b");
        var original = File.ReadAllBytes(maker.Make("genisoimage", kind)).AsSpan(0, 60 * 2048).ToArray();
        using var image = File.OpenHandle(maker.Image, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var random = new Random(1);
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = (byte[])original.Clone();
            // The descriptors and directories lie in front of the files.
            for (var change = random.Next(1, 20); change > 0; change--) bytes[random.Next(16 * 2048, bytes.Length)] = (byte)(random.Next(3) == 0 ? 255 : random.Next(256));
            RandomAccess.Write(image, bytes, 0);
            Look(image);
        }

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    /// <summary>Where a folder holds itself, a path is as long as it is, and no more.</summary>
    [Fact]
    public void Reading_Ends_WhereFoldersHoldThemselves()
    {
        maker.Add("x/y", "file");
        var bytes = File.ReadAllBytes(maker.Make("genisoimage"));
        // The record of the root stands in the descriptor (ECMA-119, 8.4.18); the folder X gets its place.
        var at = bytes.AsSpan().LastIndexOf("\u0001X"u8) - 32;
        bytes.AsSpan(16 * 2048 + 156 + 2, 16).CopyTo(bytes.AsSpan(at + 2));
        File.WriteAllBytes(maker.Image, bytes);
        Find(string.Concat(Enumerable.Repeat("x/", 2000)) + "y").ShouldBe(IsoRefusal.NotFound);
        Find(string.Concat(Enumerable.Repeat("x/", 2000))).ShouldBe(IsoRefusal.IsFolder);
    }

    /// <summary>A folder that holds itself, and is as large as a folder can be.</summary>
    [Fact]
    public void Reading_Ends_WhereAPathLeadsManyTimesThroughAFolderThatIsLarge()
    {
        maker.Add("x/y", "file");
        var bytes = File.ReadAllBytes(maker.Make("genisoimage"));
        const int Large = 40 << 20;
        var at = bytes.AsSpan().LastIndexOf("\u0001X"u8) - 32;
        foreach (var record in (int[])[16 * 2048 + 156, at])
        {
            bytes.AsSpan(16 * 2048 + 156 + 2, 8).CopyTo(bytes.AsSpan(record + 2));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(record + 10), Large);
        }

        File.WriteAllBytes(maker.Image, bytes);
        using (var image = File.OpenHandle(maker.Image, FileMode.Open, FileAccess.Write)) RandomAccess.SetLength(image, 2 * Large);

        Find("X/X/X/X/Z").ShouldBe(IsoRefusal.NotFound);
        Find("Z/z").ShouldBe(IsoRefusal.NotFound);
        Find(string.Concat(Enumerable.Repeat("x/", 2000)) + "z").ShouldBe(IsoRefusal.Damaged);
    }

    private static void Look(SafeFileHandle handle)
    {
        var length = RandomAccess.GetLength(handle);
        if (IsoImage.TryOpen(Opened(handle), out var image) != IsoRefusal.None) return;
        foreach (var path in new[] { "a/b/c/d/e/f/g/h/i/j/a-longish-name-of-a-file-7.img", "link/c/d", "A/B" })
        {
            if (image!.TryFind(path, out var file) != IsoRefusal.None) continue;
            file!.Offset.ShouldBeGreaterThanOrEqualTo(0);
            if (file.Length > 0) (file.Offset + file.Length).ShouldBeLessThanOrEqualTo(length);
        }

        foreach (var entry in image!.List("").Take(1000)) entry.Name.ShouldNotBeNull();
    }

    private IsoRefusal Find(string path)
    {
        using var handle = File.OpenHandle(maker.Image);
        IsoImage.TryOpen(Opened(handle), out var image).ShouldBe(IsoRefusal.None);
        return image!.TryFind(path, out _);
    }

    private static OpenedFile Opened(SafeFileHandle handle) => new(handle, "image.iso", RandomAccess.GetLength(handle), default);
}
