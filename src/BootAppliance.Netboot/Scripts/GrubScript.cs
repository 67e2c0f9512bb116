using System.Text;

namespace BootAppliance.Netboot.Scripts;

/// <summary>Writes a GRUB script line by line; every value that comes from outside goes through a method that cannot add a line or a word.</summary>
public sealed class GrubScript
{
    private readonly StringBuilder text = new();
    private int depth;

    /// <summary>A comment, printable characters only.</summary>
    public GrubScript Comment(string comment) => Line("# " + IpxeText.Printable(comment));

    /// <summary>A line on the machine's console.</summary>
    public GrubScript Echo(string message) => Line("echo " + GrubText.Quote(IpxeText.Printable(message)));

    /// <summary>A command that is part of the program, never text from outside.</summary>
    public GrubScript Command(string command) => Line(command);

    /// <summary>Begins lines that belong together, up to <see cref="End"/>.</summary>
    public GrubScript Begin(string command)
    {
        Line(command);
        depth++;
        return this;
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    public GrubScript End(string command)
    {
        depth--;
        return Line(command);
    }

    /// <summary>Does the lines that follow once for each number, with the number in <c>${variable}</c>.</summary>
    public GrubScript For(string variable, IEnumerable<int> numbers) => Begin($"for {variable} in {string.Join(' ', numbers)}; do");

    /// <summary>Does the lines that follow if a command succeeds, whose words come from outside.</summary>
    public GrubScript If(string command, IEnumerable<string> words) => Begin($"if {command} {string.Join(' ', words.Select(GrubText.Quote))}; then");

    /// <summary>
    /// Leaves GRUB for the firmware's next boot entry, which shall be the local disk: with an error where GRUB can say that, since Dell and
    /// Lenovo firmware goes to its set-up screen when a boot program ends well.
    /// </summary>
    public GrubScript LocalBoot() => Line("exit 1");

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    private GrubScript Line(string line)
    {
        if (line.AsSpan().ContainsAny('\n', '\r')) throw new ArgumentException("a script line is one line", nameof(line));
        text.Append(' ', 4 * depth).Append(line).Append('\n');
        return this;
    }
}
