using System.Buffers.Binary;
using System.Text;

namespace BootAppliance.Images.Iso;

/// <summary>
/// An ISO 9660 image (ECMA-119): finds where its files lie, so that they can be served without unpacking it. It is opened for one file or for a look at what it
/// is, and reads no more than that takes, however it is made.
/// </summary>
public sealed class IsoImage
{
    private const int FirstDescriptor = 16;
    private const int MostDescriptors = 64;
    private const int MostLinks = 16;

    private readonly IsoReader reader;
    private readonly IsoTree tree;
    private readonly bool hasUdf;

    private IsoImage(IsoReader reader, IsoTree tree, string label, bool hasUdf) => (this.reader, this.tree, Label, this.hasUdf) = (reader, tree, label, hasUdf);

    /// <summary>The volume identifier.</summary>
    public string Label { get; }

    /// <summary>Reads the descriptors of an opened file.</summary>
    /// <param name="opened">The file, which stays open as long as the image is used.</param>
    /// <param name="image">The image, when there is no refusal.</param>
    public static IsoRefusal TryOpen(OpenedFile opened, out IsoImage? image)
    {
        image = null;
        var bytes = new IsoReader(new FileWindow(opened));
        Span<byte> descriptor = stackalloc byte[IsoTree.Sector];
        (IsoTree? Plain, IsoTree? Joliet, string Label, bool Udf) found = (null, null, "", false);
        for (var sector = FirstDescriptor; sector < FirstDescriptor + MostDescriptors && bytes.TryRead((long)sector * IsoTree.Sector, descriptor); sector++)
        {
            var kind = Encoding.ASCII.GetString(descriptor.Slice(1, 5));
            if (kind is "NSR02" or "NSR03") found.Udf = true;
            else if (kind is not ("CD001" or "BEA01" or "BOOT2" or "TEA01" or "CDW02")) break;
            if (kind != "CD001") continue;
            switch (descriptor[0])
            {
                case 1 when found.Plain is null:
                    found.Label = Encoding.UTF8.GetString(descriptor.Slice(40, 32)).TrimEnd(' ', '\0');
                    if ((found.Plain = ReadTree(bytes, descriptor, IsoNames.Plain)) is null) return IsoRefusal.Damaged;
                    break;
                case 2 when descriptor[88..] is [0x25, 0x2F, 0x40 or 0x43 or 0x45, ..]:
                    found.Joliet = ReadTree(bytes, descriptor, IsoNames.Joliet);
                    break;
            }
        }

        if (found.Plain is null) return found.Udf ? IsoRefusal.OnlyUdf : IsoRefusal.NotAnIso;
        image = new IsoImage(bytes, WithRockRidge(bytes, found.Plain) ?? found.Joliet ?? found.Plain, found.Label, found.Udf);
        return IsoRefusal.None;
    }

    /// <summary>Finds a file in an opened image.</summary>
    /// <param name="opened">The image.</param>
    /// <param name="path">The path inside of it.</param>
    /// <param name="file">The file, when there is no refusal.</param>
    public static IsoRefusal TryFind(OpenedFile opened, string path, out IsoEntry? file)
    {
        file = null;
        return TryOpen(opened, out var image) is var refusal && refusal != IsoRefusal.None ? refusal : image!.TryFind(path, out file);
    }

    /// <summary>Finds a file by its path; links are followed, and a name in another case does where there is none in this.</summary>
    public IsoRefusal TryFind(string path, out IsoEntry? file)
    {
        file = null;
        var refusal = Walk(path, out var found);
        if (refusal == IsoRefusal.None && found!.IsFolder) return IsoRefusal.IsFolder;
        if (refusal == IsoRefusal.None) file = found;

        // Such an image has a plain tree with a note for old systems in it.
        return refusal == IsoRefusal.NotFound && hasUdf ? IsoRefusal.OnlyUdf : refusal;
    }

    /// <summary>What a folder holds; nothing if it is none.</summary>
    public IEnumerable<IsoEntry> List(string path) => Walk(path, out var found) == IsoRefusal.None && found!.IsFolder ? tree.Read(found) : [];

    private IsoRefusal Walk(string path, out IsoEntry? found)
    {
        found = null;
        var folders = new Stack<IsoEntry>([tree.Root]);
        var ahead = new Stack<string>(Segments(path));
        var links = 0;
        while (ahead.TryPop(out var name))
        {
            if (name == "..")
            {
                if (folders.Count > 1) folders.Pop();
                continue;
            }

            var known = Find(folders.Peek(), name);
            if (reader.IsExhausted) return IsoRefusal.Damaged;
            if (known is not { } next) return IsoRefusal.NotFound;
            if (next.Target is { } target)
            {
                if (++links > MostLinks) return IsoRefusal.NotFound;
                if (target[0] == '/') folders = new Stack<IsoEntry>([tree.Root]);
                foreach (var part in Segments(target)) ahead.Push(part);
                continue;
            }

            if (next.Refusal != IsoRefusal.None) return next.Refusal;
            if (next.IsFolder)
            {
                folders.Push(next);
                continue;
            }

            if (ahead.Count > 0) return IsoRefusal.NotFound;
            found = next;
            return IsoRefusal.None;
        }

        found = folders.Peek();
        return IsoRefusal.None;
    }

    private IsoEntry? Find(IsoEntry folder, string name)
    {
        IsoEntry? inOtherCase = null;
        foreach (var entry in tree.Read(folder))
        {
            if (entry.Name == name) return entry;
            if (inOtherCase is null && entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) inOtherCase = entry;
        }

        return inOtherCase;
    }

    private static IEnumerable<string> Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").Reverse();

    private static IsoTree? ReadTree(IsoReader bytes, ReadOnlySpan<byte> descriptor, IsoNames names)
    {
        var blockSize = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[128..]);
        if (blockSize is not (512 or 1024 or 2048) || !DirectoryRecord.TryRead(descriptor.Slice(156, DirectoryRecord.SmallestLength), out var root)) return null;
        var offset = ((long)root.Location + root.AttributeBlocks) * blockSize;
        return bytes.Holds(offset, root.DataLength) ? new IsoTree(bytes, names, blockSize, new IsoEntry("", offset, root.DataLength) { IsFolder = true }) : null;
    }

    private static IsoTree? WithRockRidge(IsoReader bytes, IsoTree plain)
    {
        Span<byte> first = stackalloc byte[IsoTree.Sector];
        return bytes.TryRead(plain.Root.Offset, first) && DirectoryRecord.TryRead(first, out var self) && RockRidge.FindSkip(self.SystemUse) is { } skip
            ? plain.WithRockRidge(skip) : null;
    }
}
