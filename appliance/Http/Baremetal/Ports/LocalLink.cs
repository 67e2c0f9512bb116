using System.Text.Json;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Ports;

/// <summary>What may be said of the other end of a port's cable.</summary>
internal static class LocalLink
{
    private const int DatapathDigits = 16;

    private static readonly string[] known = ["switch_id", "port_id", "switch_info", "network_type", "hostname", "vtep-logical-switch", "vtep-physical-switch"];

    /// <summary>Several sets of keys make sense: a switch and its port, a smart NIC's host and port, a VTEP, a network that nobody manages.</summary>
    private static readonly string[][] complete = [["switch_id", "port_id"], ["hostname", "port_id"], ["vtep-logical-switch", "vtep-physical-switch", "port_id"]];

    public static JsonFields Checked(JsonFields link)
    {
        foreach (var member in link.ToElement().EnumerateObject())
        {
            if (!known.Contains(member.Name)) throw Bad($"Additional properties are not allowed ('{member.Name}' was unexpected)");
            if (member.Value.ValueKind != JsonValueKind.String) throw Bad($"{member.Value.GetRawText()} is not of type 'string'");
        }

        var type = link.Text("network_type");
        if (type is not (null or "managed" or "unmanaged")) throw Bad($"'{type}' is not one of ['managed', 'unmanaged']");
        if (link.Text("switch_id") is { } id && !MacAddress.TryParse(id, out _) && !(id.Length == DatapathDigits && id.All(char.IsAsciiHexDigit)))
            throw Bad($"Expected a MAC address or OpenFlow datapath for switch_id: {id}");
        if (link.Count > 0 && type != "unmanaged" && !complete.Any(keys => keys.All(key => link.Text(key) is not null)))
            throw Bad("it needs 'port_id', and 'switch_id' or 'hostname'");
        return link;
    }

    private static BaremetalException Bad(string why) => BaremetalException.Bad($"Schema error for port: local_link_connection: {why}");
}
