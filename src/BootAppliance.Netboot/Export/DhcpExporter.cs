using System.Collections.Immutable;
using System.Globalization;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Export;

/// <summary>Asks the resolver what it would offer to every kind of client, as if each had just sent a DHCPDISCOVER.</summary>
/// <param name="resolver">The resolver.</param>
/// <param name="nodes">The nodes.</param>
/// <param name="subnets">The subnets of the settings, whoever gives the addresses in them.</param>
public sealed class DhcpExporter(BootResolver resolver, NodeRegistry nodes, IReadOnlyList<Subnet> subnets)
{
    /// <summary>No Ethernet card, so no node and of no maker: what it is offered is what all others get.</summary>
    private static readonly HardwareAddress anybody = new(type: 0, []);

    private static readonly ClientArchitecture[] architectures = Enum.GetValues<ClientArchitecture>();

    /// <summary>What is offered now.</summary>
    public DhcpExport Export()
    {
        List<string> warnings = [.. subnets.SelectMany(WhatStaysBehind)];
        var machines = Machines(warnings);
        var usual = Ask(anybody, warnings);
        var byMaker = resolver.Policy.LoadersByVendor.Select(row => row.Vendor).Concat(RaspberryPi.Makers).Distinct()
            .Select(maker => (Maker: maker, Offers: Ask(BootFileSelector.FromMac(Stranger(maker)), warnings))).ToList();
        var byNode = machines.Where(machine => machine.Node is not null)
            .Select(machine => (machine.Mac, Different: Compare(
                Ask(BootFileSelector.FromMac(machine.Mac), warnings),
                byMaker.FirstOrDefault(one => one.Maker.Matches(machine.Mac)).Offers ?? usual)));
        var ipxe = resolver.Loaders.Choose(Client(anybody, BootClientKind.Ipxe, ClientArchitecture.X64Uefi), resolver.Policy.Address)!;
        return new DhcpExport
        {
            NextServer = ipxe.NextServer,
            Ipxe = new OfferedBoot(ipxe.BootFile),
            IpxeOptions = Convert.ToHexStringLower(IpxeOptions.NoPxeDhcp.Span),
            Groups =
            [
                .. Group("own", byNode, (group, macs) => group with { Machines = [.. macs] }),
                .. Group("maker", byMaker.Select(one => (one.Maker, Compare(one.Offers, usual))), (group, makers) => group with { Makers = [.. makers] }),
                new OfferGroup("usual", Compare(usual, [])),
            ],
            Machines = machines,
            Subnets = [.. subnets],
            Warnings = [.. warnings.Distinct()],
        };
    }

    /// <summary>What a client is offered, whichever firmware it turns out to have.</summary>
    private Dictionary<ClientArchitecture, (string Firmware, OfferedBoot Boot)> Ask(HardwareAddress address, List<string> warnings)
    {
        var offers = new Dictionary<ClientArchitecture, (string Firmware, OfferedBoot Boot)>();
        foreach (var architecture in architectures)
        {
            var client = Client(address, DhcpClient.KindOf(architecture), architecture);
            if (resolver.Loaders.Choose(client, resolver.Policy.Address) is not { } offer) continue;
            if (offer.BootFile.All(IsPlain)) offers[architecture] = (BootFileSelector.Describe(client), Told(client, offer, warnings));
            else warnings.Add($"the boot file {IpxeText.Printable(offer.BootFile)} is left out: only letters, digits and . _ - + / : are safe in another server's settings");
        }

        return offers;
    }

    /// <summary>Options 60 and 43 as <see cref="BootReplyForm"/> puts them into an answer that has an address.</summary>
    private OfferedBoot Told(DhcpClient client, BootOffer offer, List<string> warnings)
    {
        var form = BootReplyForm.Decide(client.Kind, withAddress: true, offer.Form);
        if (client.Kind == BootClientKind.HttpBoot) return new OfferedBoot(offer.BootFile, "HTTPClient");
        if (form == PxeReplyForm.DiscoveryControl)
            return new OfferedBoot(offer.BootFile, "PXEClient", Convert.ToHexStringLower((offer.VendorOptions.IsEmpty ? PxeVendorOptions.SkipDiscovery : offer.VendorOptions).Span));
        if (form == PxeReplyForm.VendorClass)
            warnings.Add($"node {IpxeText.Printable(resolver.Loaders.NodeOf(client)!.Label)}: driver_info/{NodeFirmware.ReplyFormField} vendor_class sends firmware to port 4011, where nobody answers beside another DHCP server; it is told its boot file plainly");
        return new OfferedBoot(offer.BootFile);
    }

    /// <summary>The offers that are not those of all others, one for each boot file.</summary>
    private static ImmutableArray<FirmwareOffer> Compare(
        Dictionary<ClientArchitecture, (string Firmware, OfferedBoot Boot)> offers, Dictionary<ClientArchitecture, (string Firmware, OfferedBoot Boot)> others) =>
    [
        .. offers.Where(one => !others.TryGetValue(one.Key, out var other) || other.Boot != one.Value.Boot).GroupBy(one => one.Value.Boot)
            .Select(same => new FirmwareOffer([.. same.Select(one => one.Key)], string.Join(", ", same.Select(one => one.Value.Firmware).Distinct()), same.Key)),
    ];

    /// <summary>One group for all that are offered the same.</summary>
    private static IEnumerable<OfferGroup> Group<T>(string name, IEnumerable<(T Member, ImmutableArray<FirmwareOffer> Different)> all, Func<OfferGroup, IEnumerable<T>, OfferGroup> fill) =>
        all.Where(one => !one.Different.IsEmpty)
            .GroupBy(one => string.Join('\n', one.Different.Select(offer => $"{offer.Summary} {offer.Boot}")))
            .Select((same, index) => fill(new OfferGroup(string.Create(CultureInfo.InvariantCulture, $"{name}{index + 1}"), same.First().Different), same.Select(one => one.Member)));

    /// <summary>A card of this maker that belongs to no node.</summary>
    private MacAddress Stranger(VendorPrefix maker)
    {
        var candidate = (ulong)maker.Value << 24;
        while (nodes.FindByMac(new MacAddress(candidate)) is not null) candidate++;
        return new MacAddress(candidate);
    }

    private ImmutableArray<ExportedMachine> Machines(List<string> warnings)
    {
        var reserved = new Dictionary<MacAddress, List<Reservation>>();
        foreach (var reservation in subnets.SelectMany(subnet => subnet.Reservations))
        {
            if (BootFileSelector.ToMac(reservation.Client) is not { } mac) warnings.Add($"the reservation of {reservation.Address} is left out: {reservation.Client} is no Ethernet address");
            else if (reserved.TryGetValue(mac, out var more)) more.Add(reservation);
            else reserved[mac] = [reservation];
        }

        var known = nodes.All.SelectMany(node => node.Ports.Select(port => (port.Address, Node: node))).DistinctBy(port => port.Address).ToDictionary(port => port.Address, port => port.Node);
        return [.. known.Keys.Union(reserved.Keys).Order().Select(mac => new ExportedMachine(mac, known.GetValueOrDefault(mac), [.. reserved.GetValueOrDefault(mac) ?? []]))];
    }

    private static IEnumerable<string> WhatStaysBehind(Subnet subnet)
    {
        if (subnet.Options.Count > 0)
            yield return $"subnet {subnet.Prefix}: option {string.Join(", ", subnet.Options.Select(option => (byte)option.Code))} of Dhcp:Subnets is left out; write it into the other server's settings yourself";
        if (subnet.NextServer is { } other) yield return $"subnet {subnet.Prefix}: NextServer {other} is left out; machines are sent to this appliance";
    }

    private static DhcpClient Client(HardwareAddress address, BootClientKind kind, ClientArchitecture architecture) =>
        new() { HardwareAddress = address, Kind = kind, Architectures = [architecture] };

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || "._-+/:".Contains(c, StringComparison.Ordinal);
}
