using System.Collections.Immutable;
using System.Net;

namespace BootAppliance.Nodes;

/// <summary>A machine that booted here and is no node yet, with what it told about itself.</summary>
public sealed record DiscoveredMachine
{
    /// <summary>Its network interfaces as far as they were seen; the first one is the machine's key.</summary>
    public required ImmutableArray<MacAddress> Macs { get; init; }

    /// <summary>When it was seen first; set by <see cref="DiscoveredMachines"/>.</summary>
    public DateTimeOffset FirstSeen { get; init; }

    /// <summary>When it was seen last; set by <see cref="DiscoveredMachines"/>.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>The address that it had.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Its processor architecture, as in <c>x86_64</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>What it booted with, in iPXE's words: <c>efi</c> or <c>pcbios</c>.</summary>
    public string? Firmware { get; init; }

    /// <summary>The UUID in its system management data (SMBIOS).</summary>
    public Guid? SystemUuid { get; init; }

    /// <summary>Who made it (SMBIOS).</summary>
    public string? Manufacturer { get; init; }

    /// <summary>What its maker calls it (SMBIOS).</summary>
    public string? Product { get; init; }

    /// <summary>Its serial number (SMBIOS).</summary>
    public string? Serial { get; init; }
}
