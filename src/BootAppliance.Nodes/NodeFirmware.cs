namespace BootAppliance.Nodes;

/// <summary>What the fields of a node say about how its firmware boots.</summary>
public static class NodeFirmware
{
    /// <summary>The field of <c>driver_info</c> that names the machine's own loader.</summary>
    public const string BootLoaderField = "boot_loader";

    /// <summary>The field of <c>driver_info</c> that says in which form the machine takes its DHCP answers.</summary>
    public const string ReplyFormField = "boot_reply_form";

    /// <summary>The <c>file</c> field of a DHCP message has 128 bytes with its terminating zero (RFC 2131 section 2).</summary>
    private const int LongestLoaderName = 127;

    /// <summary>The words for <see cref="ReplyForm"/>.</summary>
    public static IReadOnlyList<string> ReplyForms { get; } = ["automatic", "discovery_control", "vendor_class", "plain"];

    /// <summary>The loader that this machine gets whatever others of its kind get, or null.</summary>
    public static string? BootLoader(this Node node) => node.DriverInfo.Text(BootLoaderField);

    /// <summary>One of <see cref="ReplyForms"/>, or null.</summary>
    public static string? ReplyForm(this Node node) => node.DriverInfo.Text(ReplyFormField);

    /// <summary>Whether Secure Boot is on: the capability <c>secure_boot</c> of <c>instance_info</c> or <c>properties</c>, as in Ironic.</summary>
    public static bool WantsSecureBoot(this Node node) => HasCapability(node.InstanceInfo) || HasCapability(node.Properties);

    /// <summary>Whether a text can be the name of a loader, in a DHCP answer and, as it is, at the end of a URL.</summary>
    public static bool IsLoaderName(string name) =>
        name.Length > 0
        && name.Length <= LongestLoaderName
        && name[0] != '/'
        && !name.Any(c => c is <= ' ' or > '~' or '\\' or '#' or '?' or '%')
        && !name.Split('/').Contains("..");

    // Ironic takes capabilities as "a:b,c:d", as an object, and as the text of one: without braces and quotes they are all the same.
    private static bool HasCapability(JsonFields fields)
    {
        if (!fields.TryGetValue("capabilities", out var capabilities)) return false;
        var text = string.Concat((fields.Text("capabilities") ?? capabilities.GetRawText()).Where(c => c is not ('{' or '}' or '"' or ' ' or '\n')));
        return text.Split(',').Contains("secure_boot:true", StringComparer.OrdinalIgnoreCase);
    }
}
