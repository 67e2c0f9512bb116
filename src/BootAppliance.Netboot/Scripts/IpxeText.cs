using System.Buffers;

namespace BootAppliance.Netboot.Scripts;

/// <summary>What text from nodes and settings may become inside an iPXE script.</summary>
/// <remarks>
/// iPXE cuts a line at white space, ends the command at the words <c>||</c>, <c>&amp;&amp;</c> and <c>;</c>, ignores the rest behind a word
/// that begins with <c>#</c>, and expands <c>${…}</c> in every word, again and again, until none is left. It knows no quotes and no
/// escapes: what would mean something to it cannot be passed through it.
/// </remarks>
public static class IpxeText
{
    private static readonly SearchValues<char> controlCharacters = SearchValues.Create([.. Enumerable.Range(0, 0x100).Select(code => (char)code).Where(char.IsControl)]);

    private static readonly SearchValues<char> printable = SearchValues.Create(" .,:/_()'=+@-%!?<>\"[]ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>
    /// Tells whether a kernel command line reaches the kernel as it was written; otherwise says which word does not and why.
    /// </summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="allowSettings">Whether <c>${…}</c> is welcome: the operator's own settings may use it, what is stored with a node may not.</param>
    /// <returns>Null, or a sentence for the operator.</returns>
    public static string? FindProblem(string arguments, bool allowSettings = false)
    {
        if (arguments.AsSpan().ContainsAny(controlCharacters)) return "kernel arguments must stand on one line, without control characters";
        if (!allowSettings && arguments.Contains("${", StringComparison.Ordinal)) return "'${' in kernel arguments would be expanded by iPXE before the kernel sees it";
        foreach (var part in arguments.AsSpan().Split(' '))
        {
            var word = arguments.AsSpan(part);
            if (word is "||" or "&&" or ";") return $"'{word}' alone in kernel arguments would end the command in iPXE";
            if (word.StartsWith('#')) return $"'{word}' in kernel arguments would be a comment to iPXE";
        }

        return null;
    }

    /// <summary>Makes text safe to print on the machine's console: what iPXE or a terminal could take for a command becomes a question mark.</summary>
    public static string Printable(string text) => !text.AsSpan().ContainsAnyExcept(printable)
        ? text
        : string.Create(text.Length, text, static (target, source) => source.AsSpan().ReplaceAnyExcept(target, printable, '?'));
}
