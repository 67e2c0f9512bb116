using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>The rule for names that clients give to what is no node.</summary>
internal static class PartNames
{
    private const int Longest = 255;

    /// <summary>The name, which can stand in a path (the unreserved characters of RFC 3986) and is no UUID.</summary>
    public static string? Checked(string word, string? name)
    {
        var isName = name is null || (name.Length is > 0 and <= Longest && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~') && !Guid.TryParse(name, out _));
        return isName ? name : throw BaremetalException.Bad($"Cannot create {word} with invalid name '{name}'");
    }
}
