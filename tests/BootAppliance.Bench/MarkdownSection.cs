namespace BootAppliance.Bench;

/// <summary>A part of <c>docs/benchmarks.md</c> between two markers, which a benchmark writes anew.</summary>
internal static class MarkdownSection
{
    /// <summary>Puts the text between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>; the markers must be there.</summary>
    public static void Replace(string path, string name, string text)
    {
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var document = File.ReadAllText(path);
        var from = document.IndexOf(begin, StringComparison.Ordinal);
        var to = document.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from) throw new InvalidDataException($"{path} has no section {name}.");
        File.WriteAllText(path, document[..(from + begin.Length)] + text + document[to..]);
    }
}
