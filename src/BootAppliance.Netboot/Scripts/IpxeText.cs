namespace BootAppliance.Netboot.Scripts;

/// <summary>What text from nodes and settings may become inside an iPXE script.</summary>
/// <remarks>
/// iPXE cuts a line at white space, ends the command at the words <c>||</c>, <c>&amp;&amp;</c> and <c>;</c>, ignores the rest behind a word
/// that begins with <c>#</c>, and expands <c>${…}</c> in every word, again and again, until none is left. It knows no quotes and no
/// escapes: what would mean something to it cannot be passed through it.
/// </remarks>
public static class IpxeText
{
    /// <summary>
    /// Tells whether a kernel command line reaches the kernel as it was written; otherwise says which word does not and why.
    /// </summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="allowSettings">Whether <c>${…}</c> is welcome: the operator's own settings may use it, what is stored with a node may not.</param>
    /// <returns>Null, or a sentence for the operator.</returns>
    public static string? FindProblem(string arguments, bool allowSettings = false)
    {
        if (arguments.Any(char.IsControl)) return "kernel arguments must stand on one line, without control characters";
        if (!allowSettings && arguments.Contains("${", StringComparison.Ordinal)) return "'${' in kernel arguments would be expanded by iPXE before the kernel sees it";
        foreach (var word in arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "||" or "&&" or ";") return $"'{word}' alone in kernel arguments would end the command in iPXE";
            if (word[0] == '#') return $"'{word}' in kernel arguments would be a comment to iPXE";
        }

        return null;
    }

    /// <summary>Makes text safe to print on the machine's console: what iPXE or a terminal could take for a command becomes a question mark.</summary>
    public static string Printable(string text) =>
        string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                var c = source[i];
                target[i] = char.IsAsciiLetterOrDigit(c) || " .,:/_()'=+@-%!?<>\"[]".Contains(c, StringComparison.Ordinal) ? c : '?';
            }
        });
}
