namespace BootAppliance.Netboot.Scripts;

/// <summary>Writes an iPXE script line by line; every value that comes from outside goes through a method that cannot add a line or a word.</summary>
public sealed class IpxeScript
{
    private const int UsualParts = 64;

    private readonly List<string> text = new(UsualParts) { "#!ipxe\n" };

    /// <summary>A comment, printable characters only.</summary>
    public IpxeScript Comment(string comment) => Line("# ", IpxeText.Printable(comment));

    /// <summary>An empty line.</summary>
    public IpxeScript Blank() => Line("");

    /// <summary>A place that <c>goto</c> finds.</summary>
    public IpxeScript Label(string name) => Line(":", name);

    /// <summary>A line on the machine's console.</summary>
    public IpxeScript Echo(string message) => Line("echo ", IpxeText.Printable(message));

    /// <summary>A command that is part of the program, never text from outside.</summary>
    public IpxeScript Command(string command) => Line(command);

    /// <summary>Loads a kernel with its command line; goes to a label when that fails.</summary>
    /// <param name="url">A URL from <see cref="BootPolicy.ImageUrl"/>: one word.</param>
    /// <param name="arguments">Arguments that <see cref="IpxeText.FindProblem"/> had nothing against.</param>
    /// <param name="otherwise">The label to go to.</param>
    public IpxeScript Kernel(string url, string arguments, string otherwise) =>
        Line("kernel --name kernel ", Word(url), " ", arguments, " || goto ", otherwise);

    /// <summary>Loads an initrd under a name, since an EFI kernel finds it only by <c>initrd=NAME</c>.</summary>
    public IpxeScript Initrd(string url, string name, string otherwise) =>
        Line("initrd --name ", name, " ", Word(url), " || goto ", otherwise);

    /// <summary>Boots a disk image where it lies, without loading it; goes to a label when that fails. The drive is taken away again: the local disk is the next to be tried.</summary>
    public IpxeScript Sanboot(string url, string otherwise) => Line("sanboot --no-describe ", Word(url), " || goto ", otherwise);

    /// <summary>
    /// Boots the local disk. BIOS: int 13h drive 0x80, and back to the firmware when there is none. UEFI: leave with an error, since
    /// Dell and Lenovo firmware goes to its set-up screen instead of the next boot entry when a boot program ends well.
    /// </summary>
    public IpxeScript LocalBoot() => this
        .Command("iseq ${platform} efi && exit 1 ||")
        .Command("sanboot --no-describe --drive 0x80 || exit");

    /// <inheritdoc/>
    public override string ToString() => string.Join("", text);

    private static string Word(string url)
    {
        var isWord = !url.Contains("${", StringComparison.Ordinal);
        foreach (var c in url) isWord &= !char.IsWhiteSpace(c) && !char.IsControl(c);
        return isWord ? url : throw new ArgumentException("a URL in a boot script is one word without settings", nameof(url));
    }

    private IpxeScript Line(params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (part.AsSpan().ContainsAny('\n', '\r')) throw new ArgumentException("a script line is one line", nameof(parts));
            text.Add(part);
        }

        text.Add("\n");
        return this;
    }
}
