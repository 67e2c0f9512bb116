using System.Globalization;
using System.Text;
using BootAppliance.Dhcp.Leases;

namespace BootAppliance.Netboot.Export;

/// <summary>A fragment of ISC's dhcpd.conf: one chain of conditions, of which the first that fits counts.</summary>
internal static class IscExport
{
    // dhcpd reads nothing behind a condition that begins with a parenthesis; and when it starts it tries all conditions without a packet, and
    // complains that there is no hardware address. This goes before them.
    private const string AnyPacket = "exists dhcp-message-type";

    public static ExportText Render(DhcpExport export, bool withSubnets) => new(ExportText.OfLines(Lines(export, withSubnets)), export.Warnings);

    private static IEnumerable<string> Lines(DhcpExport export, bool withSubnets)
    {
        yield return $"# ISC dhcpd gives the addresses, the BootAppliance at {export.NextServer} boots the machines (its Dhcp:Mode is Off).";
        yield return "# Include this file at the top level of dhcpd.conf; export it again when nodes, loaders or addresses have changed.";
        yield return "option client-architecture code 93 = array of unsigned integer 16;";
        yield return "option ipxe-encapsulated code 175 = string;";
        yield return "";
        yield return "# iPXE gets the boot script and never a loader: it would load itself for ever.";
        yield return "if exists ipxe-encapsulated or (exists user-class and option user-class = \"iPXE\") {";
        foreach (var line in Answer(export.Ipxe, export)) yield return line;
        yield return $"  option ipxe-encapsulated {ExportText.Colons(export.IpxeOptions)};";
        yield return "}";
        foreach (var (group, offer) in export.Groups.SelectMany(group => group.Offers.Select(offer => (group, offer))))
        {
            yield return $"# {offer.Summary}";
            yield return $"elsif {AnyPacket}\n  and {AnyOf(Asks(offer))}{(group.IsForAll ? "" : $"\n  and {AnyOf(Members(group))}")} {{";
            foreach (var line in Answer(offer.Boot, export)) yield return line;
            yield return "}";
        }

        foreach (var line in export.Machines.SelectMany(Machine)) yield return line;
        if (!withSubnets) yield break;
        foreach (var wire in export.Subnets.GroupBy(subnet => subnet.SharedNetwork))
        {
            yield return "";
            if (wire.Key is { } name) yield return $"shared-network {Quote(name)} {{";
            foreach (var line in wire.SelectMany(Subnet)) yield return line;
            if (wire.Key is not null) yield return "}";
        }
    }

    private static IEnumerable<string> Asks(FirmwareOffer offer)
    {
        foreach (var architecture in offer.Architectures) yield return $"substring(option client-architecture, 0, 2) = {ExportText.Colons($"{(ushort)architecture:x4}")}";
        if (offer.IsForNameless) yield return "(not exists client-architecture and substring(option vendor-class-identifier, 0, 9) = \"PXEClient\")";
    }

    private static IEnumerable<string> Members(OfferGroup group) =>
        group.Machines.Select(mac => $"substring(hardware, 1, 6) = {mac}").Concat(group.Makers.Select(maker => $"substring(hardware, 1, 3) = {maker}"));

    /// <summary>A string of dhcpd.conf, in which every byte but the plain ones is written by its number.</summary>
    private static string Quote(string text) =>
        '"' + string.Concat(Encoding.UTF8.GetBytes(text).Select(b => b is < (byte)' ' or > (byte)'~' or (byte)'"' or (byte)'\\' ? $"\\x{b:x2}" : ((char)b).ToString())) + '"';

    private static string AnyOf(IEnumerable<string> conditions) => $"({string.Join("\n    or ", conditions)})";

    private static IEnumerable<string> Answer(OfferedBoot boot, DhcpExport export)
    {
        yield return $"  filename \"{boot.BootFile}\";";
        yield return $"  next-server {export.NextServer};";
        yield return $"  server-name \"{export.NextServer}\";";
        yield return $"  option tftp-server-name \"{export.NextServer}\";";
        if (boot.VendorClass is { } vendorClass) yield return $"  option vendor-class-identifier \"{vendorClass}\";";
        if (boot.VendorOptions.Length > 0) yield return $"  option vendor-encapsulated-options {ExportText.Colons(boot.VendorOptions)};";
    }

    private static IEnumerable<string> Machine(ExportedMachine machine)
    {
        yield return "";
        yield return $"# {machine.Label}";
        yield return $"host boot-{machine.Mac.ToHyphenated()} {{";
        yield return $"  hardware ethernet {machine.Mac};";
        if (!machine.Reservations.IsEmpty) yield return $"  fixed-address {string.Join(", ", machine.Reservations.Select(reservation => reservation.Address))};";
        if (machine.HostName is { } name) yield return $"  option host-name \"{name}\";";
        yield return "}";
    }

    private static IEnumerable<string> Subnet(Subnet subnet)
    {
        var seconds = subnet.LeaseTime.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        yield return $"subnet {subnet.Prefix.BaseAddress} netmask {subnet.Mask} {{";
        foreach (var pool in subnet.Pools) yield return $"  range {pool.First} {pool.Last};";
        if (subnet.Router is { } router) yield return $"  option routers {router};";
        if (subnet.DnsServers.Count > 0) yield return $"  option domain-name-servers {string.Join(", ", subnet.DnsServers)};";
        if (subnet.NtpServers.Count > 0) yield return $"  option ntp-servers {string.Join(", ", subnet.NtpServers)};";
        if (subnet.DomainName is { } domain) yield return $"  option domain-name \"{domain}\";";
        yield return $"  default-lease-time {seconds};";
        yield return $"  max-lease-time {seconds};";
        yield return "}";
    }
}
