using System.Globalization;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Scripts;

namespace BootAppliance.Netboot.Export;

/// <summary>A configuration file of dnsmasq: tags say who asks, and every answer needs all of its tags.</summary>
internal static class DnsmasqExport
{
    public static ExportText Render(DhcpExport export, bool withSubnets)
    {
        var shared = withSubnets ? export.Subnets.Select(subnet => subnet.SharedNetwork).OfType<string>().Distinct() : [];
        return new(
            ExportText.OfLines(Lines(export, withSubnets)),
            [.. export.Warnings, .. shared.Select(wire => $"the shared network '{IpxeText.Printable(wire)}' is left out: dnsmasq wants the name of its own interface for that (shared-network=)")]);
    }

    private static IEnumerable<string> Lines(DhcpExport export, bool withSubnets)
    {
        var server = export.NextServer;
        yield return $"# dnsmasq gives the addresses, the BootAppliance at {server} boots the machines (its Dhcp:Mode is Off).";
        yield return "# This file goes into /etc/dnsmasq.d/; export it again when nodes, loaders or addresses have changed.";
        yield return "";
        yield return "# iPXE gets the boot script and never a loader: it would load itself for ever.";
        yield return "dhcp-match=set:boot-ipxe,175";
        yield return "dhcp-userclass=set:boot-ipxe,iPXE";
        foreach (var line in Answer("tag:boot-ipxe", export.Ipxe, export)) yield return line;
        yield return $"dhcp-option-force=tag:boot-ipxe,175,{ExportText.Colons(export.IpxeOptions)}";
        yield return "";
        yield return "# What firmware asks (option 93); a PXE ROM that does not say is a BIOS one.";
        var asked = export.Groups.SelectMany(group => group.Offers).SelectMany(offer => offer.Architectures).Distinct().Order();
        foreach (var architecture in asked) yield return $"dhcp-match=set:{Tag(architecture)},option:client-arch,{(ushort)architecture}";
        yield return "dhcp-match=set:boot-named,option:client-arch";
        yield return "dhcp-vendorclass=set:boot-pxe,PXEClient";
        yield return $"tag-if=set:{Tag(ClientArchitecture.X86Bios)},tag:boot-pxe,tag:!boot-named";
        yield return "";
        yield return "# What it is told. These lines are read in their order: whoever has a tag boot-as-* already is left alone.";
        foreach (var line in export.Groups.SelectMany(group => Offers(group, export))) yield return line;
        foreach (var line in Machines(export)) yield return line;
        if (!withSubnets) yield break;
        foreach (var line in export.Subnets.SelectMany(Subnet)) yield return line;
    }

    private static IEnumerable<string> Offers(OfferGroup group, DhcpExport export)
    {
        foreach (var mac in group.Machines) yield return $"dhcp-mac=set:boot-{group.Name},{mac}";
        foreach (var maker in group.Makers) yield return $"dhcp-mac=set:boot-{group.Name},{maker}:*:*:*";
        var member = group.IsForAll ? "" : $"tag:boot-{group.Name},";
        foreach (var offer in group.Offers)
        {
            var tag = $"boot-as-{group.Name}-{(ushort)offer.Architectures[0]}";
            yield return $"# {offer.Summary}";
            foreach (var architecture in offer.Architectures) yield return $"tag-if=set:{tag},{member}tag:{Tag(architecture)},tag:!boot-ipxe,tag:!boot-as-*";
            foreach (var line in Answer($"tag:{tag}", offer.Boot, export)) yield return line;
        }
    }

    /// <summary>Forced, since firmware differs in what it asks for and takes what it is told.</summary>
    private static IEnumerable<string> Answer(string tags, OfferedBoot boot, DhcpExport export)
    {
        yield return $"dhcp-boot={tags},{boot.BootFile},{export.NextServer},{export.NextServer}";
        if (boot.VendorClass is { } vendorClass) yield return $"dhcp-option-force={tags},60,{vendorClass}";
        if (boot.VendorOptions.Length > 0) yield return $"dhcp-option-force={tags},43,{ExportText.Colons(boot.VendorOptions)}";
    }

    private static IEnumerable<string> Machines(DhcpExport export)
    {
        if (export.Machines.IsEmpty) yield break;
        yield return "";
        yield return "# Nodes and reservations";
        foreach (var machine in export.Machines)
        {
            if (machine.Reservations.IsEmpty) yield return $"dhcp-host={machine.Mac} # {machine.Label}";
            foreach (var reservation in machine.Reservations)
                yield return $"dhcp-host={machine.Mac},{reservation.Address}{(reservation.HostName is { } name ? $",{name}" : "")} # {machine.Label}";
        }
    }

    private static IEnumerable<string> Subnet(Subnet subnet, int index)
    {
        var tag = $"tag:boot-subnet{Number(index + 1)}";
        var (mask, seconds) = (subnet.Mask, Number(subnet.LeaseTime.TotalSeconds));
        yield return "";
        yield return $"# {subnet.Prefix}";
        if (subnet.Pools.Count == 0) yield return $"dhcp-range=set:{tag[4..]},{subnet.Prefix.BaseAddress},static,{mask},{seconds}";
        foreach (var pool in subnet.Pools) yield return $"dhcp-range=set:{tag[4..]},{pool.First},{pool.Last},{mask},{seconds}";
        // Without a value the option is left out; dnsmasq would name itself.
        yield return $"dhcp-option={tag},option:router{(subnet.Router is { } router ? $",{router}" : "")}";
        yield return $"dhcp-option={tag},option:dns-server{string.Concat(subnet.DnsServers.Select(address => $",{address}"))}";
        if (subnet.NtpServers.Count > 0) yield return $"dhcp-option={tag},option:ntp-server,{string.Join(',', subnet.NtpServers)}";
        if (subnet.DomainName is { } domain) yield return $"dhcp-option={tag},option:domain-name,{domain}";
    }

    private static string Tag(ClientArchitecture architecture) => $"boot-arch{Number((ushort)architecture)}";

    private static string Number(double number) => number.ToString("0", CultureInfo.InvariantCulture);
}
