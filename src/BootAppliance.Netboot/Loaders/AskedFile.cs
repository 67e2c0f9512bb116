using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Loaders;

/// <summary>What a boot program wants with a file that it asks for by TFTP or HTTP.</summary>
public enum AskedFileRole
{
    /// <summary>To run it: a loader, or anything else that no name below says more about.</summary>
    Loader,

    /// <summary>iPXE's first script, which it looks for in the folder that it came from.</summary>
    Autoexec,

    /// <summary>GRUB's configuration, the same for every machine.</summary>
    GrubCatchAll,

    /// <summary>GRUB's configuration for one machine, which it looks for before the one for all.</summary>
    GrubNode,

    /// <summary>To see whether it is there; without it the program goes on as well.</summary>
    Optional,
}

/// <summary>A file that a boot program asks for, told by its name whatever folder, case and slashes it is asked with.</summary>
/// <param name="Role">What it is wanted for.</param>
/// <param name="Machine">The machine that the name speaks of, for <see cref="AskedFileRole.GrubNode"/>.</param>
public readonly record struct AskedFile(AskedFileRole Role, MacAddress Machine = default)
{
    /// <summary>The name of iPXE's first script.</summary>
    public const string AutoexecName = "autoexec.ipxe";

    /// <summary>The name of GRUB's configuration.</summary>
    public const string GrubName = "grub.cfg";

    // GRUB's own search (grub_net_search_config_file) appends hardware type and MAC, then the IP address in hexadecimal, digit by digit less.
    private const string GrubSearchPrefix = GrubName + "-";

    /// <summary>Whether it is a script that a boot program looks for by itself.</summary>
    public bool IsFirstScript => Role is AskedFileRole.Autoexec or AskedFileRole.GrubCatchAll or AskedFileRole.GrubNode;

    /// <summary>Reads the name.</summary>
    public static AskedFile Read(string path)
    {
        var segments = path.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0) return new(AskedFileRole.Loader);
        var name = segments[^1].ToLowerInvariant();
        if (name == AutoexecName) return new(AskedFileRole.Autoexec);
        if (name == GrubName) return new(AskedFileRole.GrubCatchAll);
        if (name.StartsWith(GrubSearchPrefix, StringComparison.Ordinal))
            return MacAddress.TryParse(name.AsSpan(GrubSearchPrefix.Length), out var asked) ? new(AskedFileRole.GrubNode, asked) : new(AskedFileRole.Optional);
        return new(IsOptional(segments, name) ? AskedFileRole.Optional : AskedFileRole.Loader);
    }

    // GRUB looks for its lists of modules, and shim 16 for newer revocations and certificates.
    private static bool IsOptional(string[] segments, string name) =>
        name.EndsWith(".lst", StringComparison.Ordinal) || name.StartsWith("revocations", StringComparison.Ordinal) || name.StartsWith("shim_certificate", StringComparison.Ordinal)
        || RaspberryPi.IsFolder(segments[0]);
}
