using System.Net;
using System.Text;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// How boot information is put into a complete offer, one that has the address too, so that each kind of firmware takes it. The fixed
/// fields and the options both say it: U-Boot and old ROMs read only <c>siaddr</c> and <c>file</c>, others only 66 and 67.
/// </summary>
internal static class BootReplyForm
{
    /// <summary>The longest <c>file</c> that still has its terminating NUL.</summary>
    private const int LongestBootFileName = 127;

    /// <summary>What <c>file</c> says; a longer URL stands in option 67 only.</summary>
    public static string FileField(BootOffer offer) => offer.BootFile.Length <= LongestBootFileName ? offer.BootFile : "";

    public static void AddTo(DhcpOptionsBuilder options, DhcpMessage request, DhcpClient client, BootOffer offer)
    {
        switch (client.Kind)
        {
            case BootClientKind.BiosPxe:
                // A PXE ROM that sees no PXEClient offer waits for a proxyDHCP server until it gives up; one that sees it without 43 looks
                // for boot servers. With discovery control 8 it loads the file named here at once (PXE specification 2.1, table 2-1).
                options.Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient");
                options.Add(DhcpOptionCode.VendorSpecificInformation, PxeVendorOptions.SkipDiscovery);
                break;

            case BootClientKind.UefiPxe:
                // Neither 60 nor 43. EDK2 takes an offer with PXEClient and no 43 for one of a boot server, whose port 4011 it then asks,
                // and old EDK2 (Dell, HP) fails on 43; a plain offer with a file name it loads directly.
                break;

            case BootClientKind.HttpBoot:
                // EDK2's HTTP boot takes only offers that say so.
                options.Add(DhcpOptionCode.VendorClassIdentifier, "HTTPClient");
                break;

            case BootClientKind.Ipxe:
                // Never 60: with PXEClient iPXE would treat this as a proxy offer and ask port 4011.
                options.Add(DhcpOptionCode.IpxeEncapsulated, IpxeOptions.NoPxeDhcp);
                break;
        }

        // PXE specification 2.1, table 2-2: the client's machine identifier comes back unchanged.
        options.Echo(DhcpOptionCode.ClientMachineIdentifier, request);
        options.Add(DhcpOptionCode.TftpServerName, offer.NextServer.ToString());

        // Option 67 comes last. Old ROMs read a name on to the next NUL and would ask TFTP for "undionly.kpxe" followed by 0xFF, so names
        // carry their own; EDK2 writes a NUL behind a value that has none, over the code of whatever option follows: behind a URL that is
        // only End.
        options.Add(DhcpOptionCode.BootFileName, Encoding.Latin1.GetBytes(offer.IsUrl ? offer.BootFile : offer.BootFile + '\0'));
    }
}
