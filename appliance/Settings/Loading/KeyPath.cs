namespace BootAppliance.Settings.Loading;

/// <summary>Key paths such as <c>Dhcp:Subnets:0:Prefix</c>.</summary>
internal static class KeyPath
{
    public static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}:{name}";

    /// <summary>Whether one of the two is the other, or lies above it.</summary>
    public static bool AreRelated(string one, string other)
    {
        var (upper, lower) = one.Length <= other.Length ? (one, other) : (other, one);
        return lower.StartsWith(upper, StringComparison.Ordinal)
            && (upper.Length == 0 || lower.Length == upper.Length || lower[upper.Length] == ':');
    }
}
