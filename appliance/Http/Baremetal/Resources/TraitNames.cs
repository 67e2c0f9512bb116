using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>The rule for the names of traits: <c>CUSTOM_</c> and anything, or one that OpenStack has given a meaning.</summary>
internal static class TraitNames
{
    private const int Longest = 255;

    /// <summary>Behind <c>CUSTOM_</c> the families of OpenStack's standard names (os-traits); the names in them grow with every release of it.</summary>
    private static readonly string[] prefixes = ["CUSTOM_", "COMPUTE_", "HW_", "MISC_", "STORAGE_", "OWNER_"];

    public static string Checked(string name) => IsTrait(name) ? name : throw BaremetalException.Bad(
        $"Schema error for trait: '{name}' is not valid under any of the given schemas. Possible root cause: '{name}' does not match '^CUSTOM_[A-Z0-9_]+$'");

    private static bool IsTrait(string name) =>
        name.Length <= Longest && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') && prefixes.Any(prefix => name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal));
}
