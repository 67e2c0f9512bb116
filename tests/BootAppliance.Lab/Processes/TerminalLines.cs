using System.Text;
using System.Text.RegularExpressions;

namespace BootAppliance.Lab.Processes;

/// <summary>Turns what a program draws on a terminal into plain lines.</summary>
/// <remarks>Firmware moves the cursor and redraws progress with carriage returns: each of these begins a line here.</remarks>
internal sealed partial class TerminalLines(Action<string> add)
{
    private readonly StringBuilder current = new();

    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character is '\n' or '\r') Flush();
            else if (character != '\0') current.Append(character);
        }
    }

    public void Flush()
    {
        var line = EscapeSequence().Replace(current.ToString(), "").TrimEnd();
        current.Clear();
        if (line.Length > 0) add(line);
    }

    [GeneratedRegex(@"\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>78cDEHM])|[\x00-\x08\x0b-\x1a\x1c-\x1f]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EscapeSequence();
}
