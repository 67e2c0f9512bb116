namespace BootAppliance.Settings.Loading;

/// <summary>Finds the key that was probably meant.</summary>
internal static class NearestKey
{
    /// <summary>The nearest of the known names by typing mistakes, or null if none is near.</summary>
    public static string? To(string written, IEnumerable<string> known)
    {
        var nearest = known.MinBy(name => Distance(Fold(written), Fold(name)));
        return nearest is not null && Distance(Fold(written), Fold(nearest)) <= 1 + (nearest.Length / 4) ? nearest : null;
    }

    private static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Levenshtein's distance: insertions, deletions and replacements that turn one into the other.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
