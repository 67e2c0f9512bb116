using System.IO.Enumeration;
using BootAppliance.Lab;

namespace BootAppliance.Baremetal.Tests.Replay;

/// <summary>The rows of a table in <c>docs/compatibility.md</c>: each explains differences, named by patterns with <c>*</c> and <c>?</c>.</summary>
internal sealed class KnownDifferences
{
    private readonly List<(string Label, string Text)> rows;

    private KnownDifferences(List<(string Label, string Text)> rows) => this.rows = rows;

    /// <summary>Reads the table between the two marks of that name.</summary>
    public static KnownDifferences Read(string name) => new(
    [
        .. File.ReadLines(Path.Combine(Checkout.Root, "docs/compatibility.md"))
            .SkipWhile(line => line != $"<!-- {name} -->").TakeWhile(line => line != $"<!-- /{name} -->")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`'))
            .Where(pieces => pieces.Length >= 5)
            .Select(pieces => (pieces[1], pieces[3])),
    ]);

    /// <summary>The differences that no row explains.</summary>
    public IEnumerable<Difference> Unexplained(IEnumerable<Difference> differences) => differences.Where(difference => !rows.Any(row => Fits(row, difference)));

    /// <summary>The rows that explain nothing any more.</summary>
    public IEnumerable<string> Obsolete(IReadOnlyList<Difference> differences) =>
        rows.Where(row => !differences.Any(difference => Fits(row, difference))).Select(row => $"{row.Label} | {row.Text}");

    private static bool Fits((string Label, string Text) row, Difference difference) =>
        FileSystemName.MatchesSimpleExpression(row.Label, difference.Label, ignoreCase: false)
        && FileSystemName.MatchesSimpleExpression(row.Text, difference.Text, ignoreCase: false);
}
