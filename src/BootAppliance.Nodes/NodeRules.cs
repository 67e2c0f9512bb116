using System.Text.Json;

namespace BootAppliance.Nodes;

/// <summary>What must hold for a node by itself, whatever the other nodes are.</summary>
internal static class NodeRules
{
    private const int MaximumNameLength = 255;

    public static void Check(Node? before, Node after)
    {
        if (after.Name is { } name && name != before?.Name && !IsName(name))
        {
            throw new NodeException(NodeFailure.Invalid, before is null
                ? $"Cannot create node with invalid name '{name}'"
                : $"Node {after.Uuid}: Cannot change name to invalid name '{name}'");
        }

        if (!after.DriverInfo.Equals(before?.DriverInfo)) CheckFirmware(after);

        var seen = new HashSet<MacAddress>();
        foreach (var port in after.Ports)
        {
            if (!port.Address.IsUnicast)
                throw new NodeException(NodeFailure.Invalid, $"{port.Address} is not the address of one network interface: it is zero, broadcast or multicast.");
            if (!seen.Add(port.Address)) throw new NodeException(NodeFailure.Invalid, $"Node {after.Label} has two ports with MAC address {port.Address}.");
        }
    }

    private static void CheckFirmware(Node node)
    {
        Refuse(NodeFirmware.BootLoaderField, value => value.ValueKind == JsonValueKind.String && NodeFirmware.IsLoaderName(value.GetString()!), "a file name such as snponly.efi (ASCII without blanks, #, ? and %, no leading slash, no ..)");
        Refuse(NodeFirmware.ReplyFormField, value => value.ValueKind == JsonValueKind.String && NodeFirmware.ReplyForms.Contains(value.GetString()), "one of " + string.Join(", ", NodeFirmware.ReplyForms));
        Refuse(NodeFirmware.BootVlanField, value => NodeFirmware.ReadVlan(value) is not null, "a VLAN from 1 to 4094");

        void Refuse(string field, Func<JsonElement, bool> isRight, string expected)
        {
            if (node.DriverInfo.TryGetValue(field, out var value) && !isRight(value))
                throw new NodeException(NodeFailure.Invalid, $"driver_info/{field} of node {node.Label} is {value.GetRawText()}, which is not {expected}.");
        }
    }

    // Ironic's rule: the unreserved characters of RFC 3986, so that a name can stand in a path; and no UUID, which would be ambiguous there.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaximumNameLength
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~')
        && !Guid.TryParse(name, out _);
}
