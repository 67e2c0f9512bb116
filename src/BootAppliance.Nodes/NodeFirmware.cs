using System.Globalization;
using System.Text.Json;

namespace BootAppliance.Nodes;

/// <summary>What the fields of a node say about how its firmware boots.</summary>
public static class NodeFirmware
{
    /// <summary>The field of <c>driver_info</c> that names the machine's own loader.</summary>
    public const string BootLoaderField = "boot_loader";

    /// <summary>The field of <c>driver_info</c> that says in which form the machine takes its DHCP answers.</summary>
    public const string ReplyFormField = "boot_reply_form";

    /// <summary>The field of <c>driver_info</c> that names the tagged VLAN which the machine boots on.</summary>
    public const string BootVlanField = "boot_vlan";

    private const int FirstVlan = 1;

    /// <summary>IEEE 802.1Q keeps 4095 for itself.</summary>
    private const int LastVlan = 4094;

    /// <summary>The <c>file</c> field of a DHCP message has 128 bytes with its terminating zero (RFC 2131 section 2).</summary>
    private const int LongestLoaderName = 127;

    /// <summary>The words for <see cref="ReplyForm"/>.</summary>
    public static IReadOnlyList<string> ReplyForms { get; } = ["automatic", "discovery_control", "vendor_class", "plain"];

    /// <summary>The loader that this machine gets whatever others of its kind get, or null.</summary>
    public static string? BootLoader(this Node node) => node.DriverInfo.Text(BootLoaderField);

    /// <summary>One of <see cref="ReplyForms"/>, or null.</summary>
    public static string? ReplyForm(this Node node) => node.DriverInfo.Text(ReplyFormField);

    /// <summary>The tagged VLAN that the machine boots on, 1 to 4094; null: it boots without a tag.</summary>
    public static int? BootVlan(this Node node) => node.DriverInfo.TryGetValue(BootVlanField, out var value) ? ReadVlan(value) : null;

    /// <summary>Whether Secure Boot is on: the capability <c>secure_boot</c> of <c>instance_info</c> or <c>properties</c>, as in Ironic.</summary>
    public static bool WantsSecureBoot(this Node node) => HasCapability(node, "secure_boot:true");

    /// <summary>Whether its firmware is a BIOS: the capability <c>boot_mode</c>, as in Ironic; where nothing is said it is UEFI.</summary>
    public static bool BootsBios(this Node node) => HasCapability(node, "boot_mode:bios");

    /// <summary>Whether a text can be the name of a loader, in a DHCP answer and, as it is, at the end of a URL.</summary>
    public static bool IsLoaderName(string name) =>
        name.Length > 0
        && name.Length <= LongestLoaderName
        && name[0] != '/'
        && !name.Any(c => c is <= ' ' or > '~' or '\\' or '#' or '?' or '%')
        && !name.Split('/').Contains("..");

    /// <summary>Reads a VLAN from a number or the text of one; null: it is none from 1 to 4094.</summary>
    internal static int? ReadVlan(JsonElement value)
    {
        var number = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out var written) => written,
            JsonValueKind.String when int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var written) => written,
            _ => 0,
        };
        return number is >= FirstVlan and <= LastVlan ? number : null;
    }

    private static bool HasCapability(Node node, string capability) => HasCapability(node.InstanceInfo, capability) || HasCapability(node.Properties, capability);

    // Ironic takes capabilities as "a:b,c:d", as an object, and as the text of one: without braces and quotes they are all the same.
    private static bool HasCapability(JsonFields fields, string capability)
    {
        if (!fields.TryGetValue("capabilities", out var capabilities)) return false;
        var text = string.Concat((fields.Text("capabilities") ?? capabilities.GetRawText()).Where(c => c is not ('{' or '}' or '"' or ' ' or '\n')));
        return text.Split(',').Contains(capability, StringComparer.OrdinalIgnoreCase);
    }
}
