using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// How boot information is put into a reply so that each kind of firmware takes it. The fixed fields and the options both say it: U-Boot
/// and old ROMs read only <c>siaddr</c> and <c>file</c>, others only 66 and 67.
/// </summary>
public static class BootReplyForm
{
    /// <summary>The longest <c>file</c> that still has its terminating NUL.</summary>
    private const int LongestBootFileName = 127;

    /// <summary>What <c>file</c> says; a longer URL stands in option 67 only.</summary>
    internal static string FileField(BootOffer offer) => offer.BootFile.Length <= LongestBootFileName ? offer.BootFile : "";

    /// <summary>The form for a client; never <see cref="PxeReplyForm.Automatic"/>.</summary>
    /// <param name="kind">Which boot program asks.</param>
    /// <param name="withAddress">Whether the reply has, or belongs to, an address of ours, in contrast to what a proxy or port 4011 says.</param>
    /// <param name="wanted">What was set for the machine.</param>
    public static PxeReplyForm Decide(BootClientKind kind, bool withAddress, PxeReplyForm wanted) => (kind, withAddress) switch
    {
        (BootClientKind.HttpBoot or BootClientKind.None, _) => PxeReplyForm.Plain,

        // With PXEClient iPXE takes an offer for a proxy's, and one without a boot file sends it to port 4011; without it, it would not look
        // at an offer that has no address.
        (BootClientKind.Ipxe, true) => PxeReplyForm.Plain,
        (BootClientKind.Ipxe, false) => PxeReplyForm.VendorClass,

        _ when wanted != PxeReplyForm.Automatic => wanted,

        // A PXE ROM that sees no PXEClient offer waits for a proxyDHCP server until it gives up; one that sees it without 43 looks for boot
        // servers. With discovery control 8 it loads the file named here at once.
        (BootClientKind.BiosPxe, _) => PxeReplyForm.DiscoveryControl,

        // EDK2 takes an offer with PXEClient and no 43 for one of a boot server, whose port 4011 it then asks, and old EDK2 (Dell, HP) fails
        // on 43; a plain offer with a file name it loads directly, but only if that offer has an address.
        (_, true) => PxeReplyForm.Plain,
        (_, false) => PxeReplyForm.VendorClass,
    };

    internal static void AddTo(DhcpOptionsBuilder options, DhcpMessage request, DhcpClient client, BootOffer offer, bool withAddress)
    {
        var form = Decide(client.Kind, withAddress, offer.Form);
        if (form is PxeReplyForm.DiscoveryControl or PxeReplyForm.VendorClass) options.Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient");
        if (form is PxeReplyForm.DiscoveryControl)
            options.Add(DhcpOptionCode.VendorSpecificInformation, (offer.VendorOptions.IsEmpty ? PxeVendorOptions.SkipDiscovery : offer.VendorOptions).Span);

        // EDK2's HTTP boot takes only offers that say so.
        if (client.Kind == BootClientKind.HttpBoot) options.Add(DhcpOptionCode.VendorClassIdentifier, "HTTPClient");

        // iPXE reads this from the offer that has the address: it saves the wait for a proxy.
        if (client.IsIpxe && withAddress) options.Add(DhcpOptionCode.IpxeEncapsulated, IpxeOptions.NoPxeDhcp.Span);

        // PXE specification 2.1, table 2-2: the client's machine identifier comes back unchanged.
        options.Echo(DhcpOptionCode.ClientMachineIdentifier, request);
        options.Add(DhcpOptionCode.TftpServerName, offer.NextServer.ToString());

        // Option 67 comes last. Old ROMs read a name on to the next NUL and would ask TFTP for "undionly.kpxe" followed by 0xFF, so names
        // carry their own; EDK2 writes a NUL behind a value that has none, over the code of whatever option follows: behind a URL that is
        // only End.
        if (offer.IsUrl) options.Add(DhcpOptionCode.BootFileName, offer.BootFile);
        else options.AddTerminated(DhcpOptionCode.BootFileName, offer.BootFile);
    }
}
