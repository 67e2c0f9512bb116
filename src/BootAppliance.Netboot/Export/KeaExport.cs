using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Netboot.Export;

/// <summary>A configuration file of Kea: classes say who asks, and no two of them fit the same client.</summary>
internal static class KeaExport
{
    private const string Prefix = "bootappliance-";
    private const string Ipxe = Prefix + "ipxe";

    /// <summary>RFC 2131 section 2: <c>file</c> has 128 bytes with its terminating zero.</summary>
    private const int LongestBootFileName = 127;

    private static readonly JsonSerializerOptions layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ExportText Render(DhcpExport export, bool withSubnets)
    {
        List<string> warnings = [.. export.Warnings];
        var dhcp = new JsonObject
        {
            ["comment"] = $"Kea gives the addresses, the BootAppliance at {export.NextServer} boots the machines (its Dhcp:Mode is Off). Export this again when nodes, loaders or addresses have changed.",
            ["client-classes"] = new JsonArray([.. Classes(export)]),
        };
        // Kea takes no reservation that reserves nothing, so nodes without an address of their own are not listed.
        var reserved = withSubnets ? [] : export.Machines.Where(machine => !machine.Reservations.IsEmpty).ToList();
        if (reserved.Count > 0)
        {
            dhcp["reservations-global"] = true;
            dhcp["reservations"] = new JsonArray([.. reserved.Select(machine => Reservation(machine, machine.Reservations[0]))]);
            warnings.AddRange(reserved.Where(machine => machine.Reservations.Length > 1)
                .Select(machine => $"{machine.Mac}: of its reservations only {machine.Reservations[0].Address} is written; with --subnets each subnet has its own"));
        }

        if (withSubnets) AddSubnets(dhcp, export);
        return new(new JsonObject { ["Dhcp4"] = dhcp }.ToJsonString(layout) + "\n", [.. warnings]);
    }

    private static IEnumerable<JsonNode> Classes(DhcpExport export)
    {
        // iPXE sends its user class as plain text and others by RFC 3004, with its length before it.
        var ipxe = Class(Ipxe, "option[175].exists or option[77].hex == 'iPXE' or option[77].hex == 0x0469505845", "iPXE gets the boot script and never a loader: it would load itself for ever");
        yield return Tell(ipxe, export.Ipxe, export, Raw(DhcpOptionCode.IpxeEncapsulated, export.IpxeOptions));

        List<(string Name, FirmwareOffer Offer)> earlier = [];
        foreach (var (group, offer) in export.Groups.SelectMany(group => group.Offers.Select(offer => (group, offer))))
        {
            var name = $"{Prefix}{group.Name}-{(ushort)offer.Architectures[0]}";
            var taken = earlier.Where(one => one.Offer.Architectures.Intersect(offer.Architectures).Any()).Select(one => one.Name).Prepend(Ipxe);
            string[] conditions = [.. taken.Select(other => $"not member('{other}')"), AnyOf(Asks(offer)), .. group.IsForAll ? Array.Empty<string>() : [AnyOf(Members(group))]];
            yield return Tell(Class(name, string.Join(" and ", conditions), offer.Summary), offer.Boot, export);
            earlier.Add((name, offer));
        }
    }

    private static IEnumerable<string> Asks(FirmwareOffer offer)
    {
        foreach (var architecture in offer.Architectures) yield return $"substring(option[93].hex, 0, 2) == 0x{(ushort)architecture:x4}";
        if (offer.IsForNameless) yield return "(not option[93].exists and substring(option[60].hex, 0, 9) == 'PXEClient')";
    }

    private static IEnumerable<string> Members(OfferGroup group) =>
        group.Machines.Select(mac => $"pkt4.mac == 0x{mac.ToUInt64():x12}").Concat(group.Makers.Select(maker => $"substring(pkt4.mac, 0, 3) == 0x{maker.Value:x6}"));

    /// <summary>
    /// The boot file stands in its field, and in option 67 only where it is too long for that: Kea ends no text with a zero, and old ROMs
    /// read option 67 on to the next one.
    /// </summary>
    private static JsonObject Tell(JsonObject to, OfferedBoot boot, DhcpExport export, params IEnumerable<JsonObject> more)
    {
        var server = export.NextServer.ToString();
        var isShort = boot.BootFile.Length <= LongestBootFileName;
        List<JsonNode> options = [Text("tftp-server-name", server), .. more];
        if (!isShort) options.Add(Text("boot-file-name", boot.BootFile));
        if (boot.VendorClass is { } vendorClass) options.Add(Text("vendor-class-identifier", vendorClass));
        if (boot.VendorOptions.Length > 0)
        {
            // Kea takes option 43 apart unless it is told that it is bytes.
            to["option-def"] = new JsonArray(new JsonObject { ["name"] = "pxe-vendor-options", ["code"] = (int)DhcpOptionCode.VendorSpecificInformation, ["type"] = "binary" });
            options.Add(Raw(DhcpOptionCode.VendorSpecificInformation, boot.VendorOptions));
        }

        to["next-server"] = server;
        to["server-hostname"] = server;
        if (isShort) to["boot-file-name"] = boot.BootFile;
        to["option-data"] = new JsonArray([.. options]);
        return to;
    }

    private static void AddSubnets(JsonObject dhcp, DhcpExport export)
    {
        var all = export.Subnets.Select((subnet, index) => (Json: Subnet(subnet, index + 1, export.Machines), Wire: subnet.SharedNetwork)).ToList();
        if (all.Any(one => one.Wire is null)) dhcp["subnet4"] = new JsonArray([.. all.Where(one => one.Wire is null).Select(one => one.Json)]);
        var wires = all.Where(one => one.Wire is not null).GroupBy(one => one.Wire).ToList();
        if (wires.Count > 0) dhcp["shared-networks"] = new JsonArray([.. wires.Select(wire => new JsonObject { ["name"] = wire.Key, ["subnet4"] = new JsonArray([.. wire.Select(one => one.Json)]) })]);
    }

    private static JsonObject Subnet(Subnet subnet, int number, ImmutableArray<ExportedMachine> machines)
    {
        List<JsonNode> options = [];
        if (subnet.Router is { } router) options.Add(Text("routers", router.ToString(), always: false));
        if (subnet.DnsServers.Count > 0) options.Add(Text("domain-name-servers", string.Join(", ", subnet.DnsServers), always: false));
        if (subnet.NtpServers.Count > 0) options.Add(Text("ntp-servers", string.Join(", ", subnet.NtpServers), always: false));
        if (subnet.DomainName is { } domain) options.Add(Text("domain-name", domain, always: false));
        var here = machines.SelectMany(machine => machine.Reservations.Where(subnet.Reservations.Contains).Select(reservation => Reservation(machine, reservation)));
        return new JsonObject
        {
            ["id"] = number,
            ["subnet"] = subnet.Prefix.ToString(),
            ["pools"] = new JsonArray([.. subnet.Pools.Select(pool => new JsonObject { ["pool"] = $"{pool.First} - {pool.Last}" })]),
            ["valid-lifetime"] = (int)subnet.LeaseTime.TotalSeconds,
            ["option-data"] = new JsonArray([.. options]),
            ["reservations"] = new JsonArray([.. here]),
        };
    }

    private static JsonObject Reservation(ExportedMachine machine, Reservation reservation)
    {
        var json = new JsonObject { ["hw-address"] = machine.Mac.ToString(), ["comment"] = machine.Label, ["ip-address"] = reservation.Address.ToString() };
        if (reservation.HostName is { } name) json["hostname"] = name;
        return json;
    }

    private static JsonObject Class(string name, string test, string comment) => new() { ["name"] = name, ["comment"] = comment, ["test"] = test };

    private static string AnyOf(IEnumerable<string> conditions) => $"({string.Join(" or ", conditions)})";

    private static JsonObject Text(string option, string value, bool always = true)
    {
        var json = new JsonObject { ["name"] = option, ["data"] = value };
        if (always) json["always-send"] = true;
        return json;
    }

    private static JsonObject Raw(DhcpOptionCode option, string hexadecimal) =>
        new() { ["code"] = (int)option, ["csv-format"] = false, ["data"] = hexadecimal, ["always-send"] = true };
}
