using System.Collections.Immutable;

namespace BootAppliance.Netboot.Export;

/// <summary>The DHCP servers that an export is for.</summary>
public enum ExportFormat
{
    /// <summary>A configuration file of dnsmasq.</summary>
    Dnsmasq,

    /// <summary>A configuration file of Kea's DHCPv4 server.</summary>
    Kea,

    /// <summary>A fragment of ISC's dhcpd.conf.</summary>
    Isc,

    /// <summary>Commands that give ports of OpenStack Neutron their extra DHCP options.</summary>
    Neutron,
}

/// <summary>An export in the words of a server.</summary>
/// <param name="Text">The text, as it goes into a file.</param>
/// <param name="Warnings">What is not in it, each in one sentence for the operator.</param>
public sealed record ExportText(string Text, ImmutableArray<string> Warnings)
{
    /// <summary>Renders an export.</summary>
    /// <param name="export">What is offered to whom.</param>
    /// <param name="format">The server.</param>
    /// <param name="withSubnets">Whether the subnets of the settings are written too, for a server that has none of its own.</param>
    public static ExportText Of(DhcpExport export, ExportFormat format, bool withSubnets) => format switch
    {
        ExportFormat.Dnsmasq => DnsmasqExport.Render(export, withSubnets),
        ExportFormat.Kea => KeaExport.Render(export, withSubnets),
        ExportFormat.Isc => IscExport.Render(export, withSubnets),
        ExportFormat.Neutron => NeutronExport.Render(export),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Bytes as most servers write them, <c>06:01:08:ff</c>.</summary>
    internal static string Colons(string hexadecimal) => string.Join(':', hexadecimal.Chunk(2).Select(pair => new string(pair)));

    internal static string OfLines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + '\n'));
}
