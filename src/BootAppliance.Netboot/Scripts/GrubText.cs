using System.Text;

namespace BootAppliance.Netboot.Scripts;

/// <summary>What text from nodes and settings may become inside a GRUB script.</summary>
/// <remarks>
/// Between single quotes GRUB takes everything for itself: no variable, no escape, no end of a command. Its <c>linux</c> command then joins
/// the words again: it puts double quotes around a word with a blank, and a backslash before every quote and backslash, which the kernel
/// does not take away.
/// </remarks>
public static class GrubText
{
    /// <summary>One word of a GRUB script that means exactly this text.</summary>
    public static string Quote(string text) => text.Any(char.IsControl)
        ? throw new ArgumentException("a script line is one line", nameof(text))
        : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>Tells whether a kernel command line reaches the kernel as it was meant; null, or a sentence for the operator.</summary>
    public static string? FindProblem(string arguments)
    {
        if (arguments.Any(char.IsControl)) return "kernel arguments must stand on one line, without control characters";
        if (arguments.AsSpan().IndexOfAny('\\', '\'') is >= 0 and var at) return $"GRUB would put a backslash before the {arguments[at]} in the kernel arguments";
        if (arguments.Contains("${", StringComparison.Ordinal)) return "'${' in kernel arguments is a setting of iPXE, which GRUB does not have";
        return arguments.Count(c => c == '"') % 2 == 0 ? null : "a double quote in the kernel arguments has no second one";
    }

    /// <summary>
    /// The words of a command line as the kernel divides it: at blanks outside double quotes. The quotes themselves are left out, since GRUB
    /// sets them again where a word has a blank.
    /// </summary>
    public static IReadOnlyList<string> Words(string arguments)
    {
        List<string> words = [];
        var word = new StringBuilder();
        var quoted = false;
        foreach (var c in arguments + ' ')
        {
            if (c == '"') quoted = !quoted;
            else if (c != ' ' || quoted) word.Append(c);
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return words;
    }

    /// <summary>A URL in the form that GRUB opens, <c>(http,192.0.2.1:8080)/path</c>; null for one that it cannot: GRUB has neither TLS nor passwords.</summary>
    public static string? ToPath(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || address.UserInfo.Length > 0) return null;
        return $"(http,{address.Host}{(address.IsDefaultPort ? "" : $":{address.Port}")}){address.PathAndQuery}";
    }
}
