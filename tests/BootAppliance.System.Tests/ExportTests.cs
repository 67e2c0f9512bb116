using System.Text;
using BootAppliance.Dhcp.Tests;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Lab;
using BootAppliance.Lab.Matrix;
using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Tests;

/// <summary>What the appliance exports for other DHCP servers, in those servers.</summary>
public sealed class ExportTests
{
    private const string OwnMac = "52:54:00:00:00:07";
    private const string RaspberryPiMac = "dc:a6:32:01:02:03";

    public static TheoryData<string> Exported => BootCheck.CasesOver(BootPath.ExportedToDnsmasq, BootPath.ExportedToKea);

    [Theory]
    [MemberData(nameof(Exported))]
    public Task Machine_Boots_ThroughAnotherServerThatWasToldHow(string name) => BootCheck.BootsAsync(name);

    [Theory]
    [InlineData("dnsmasq", "dnsmasq-base", "dnsmasq --test --conf-file={0}/export.dnsmasq.conf")]
    [InlineData("kea-dhcp4", "kea-dhcp4-server", "kea-dhcp4 -t {0}/export.kea.json")]
    [InlineData("dhcpd", "isc-dhcp-server", "dhcpd -t -cf {0}/export.dhcpd.conf")]
    [InlineData("sh", "dash", "sh -n {0}/export.neutron.sh")]
    public async Task Server_UnderstandsTheExport(string program, string package, string command)
    {
        SystemTest.SkipWithout(program, package);
        var texts = Path.Combine(Checkout.Root, "tests/BootAppliance.Netboot.Tests/Golden");
        await ChildProcess.Run([.. command.Split(' ').Select(word => word.Replace("{0}", texts, StringComparison.Ordinal))], SystemTest.Cancellation);
    }

    [Theory]
    [InlineData("dnsmasq", "dnsmasq", "dnsmasq-base")]
    [InlineData("kea", "kea-dhcp4", "kea-dhcp4-server")]
    public async Task Server_TellsEveryClient_WhatTheApplianceItselfWould(string format, string program, string package)
    {
        SystemTest.SkipWithout(program, package);
        await using var lab = await SystemTest.LabAsync();
        var appliance = await lab.StartAppliance(SystemTest.Cancellation);
        await lab.Command(["node", "add", "own", "--mac", OwnMac, "--kernel", "vmlinuz", "--loader", "snponly.efi"], SystemTest.Cancellation);
        await using var client = await lab.ConnectAsync();
        var ours = await AskAllAsync(client);
        var export = await lab.ExportDhcp(format, SystemTest.Cancellation);
        await appliance.DisposeAsync();

        await using var other = await (format == "kea" ? OtherDhcpServer.StartKea(lab.Bridge, export) : OtherDhcpServer.StartDnsmasq(lab.Bridge, export));
        (await AskAllAsync(client)).ShouldBe(ours);
        ours.Count(line => line.EndsWith("nothing", StringComparison.Ordinal)).ShouldBe(2);
    }

    /// <summary>One line for each kind of client: what it is told to boot.</summary>
    private static async Task<List<string>> AskAllAsync(NetworkNamespace client)
    {
        (string Who, byte[] Message)[] clients =
        [
            ("BIOS", Recorded("bios-pxe-discover.hex")),
            ("BIOS that names no architecture", Without(DhcpOptionCode.ClientArchitecture, Recorded("bios-pxe-discover.hex"))),
            ("Raspberry Pi", From(RaspberryPiMac, Recorded("bios-pxe-discover.hex"))),
            .. from architecture in (ushort[])[6, 7, 9, 11, 16, 17, 19, 20] select ($"architecture {architecture}", WithArchitecture(architecture, Recorded("uefi-pxe-discover.hex"))),
            ("node with its own loader, PXE", From(OwnMac, Recorded("uefi-pxe-discover.hex"))),
            ("node with its own loader, HTTP boot", From(OwnMac, WithArchitecture(16, Recorded("uefi-pxe-discover.hex")))),
            ("iPXE in a ROM", Recorded("ipxe-rom-discover.hex")),
            ("iPXE for UEFI", Recorded("ipxe-efi-discover.hex")),
            ("iPXE that only says so in its user class", Without(DhcpOptionCode.IpxeEncapsulated, Recorded("ipxe-efi-discover.hex"))),
            ("iPXE without a user class", Without(DhcpOptionCode.UserClass, Recorded("ipxe-efi-discover.hex"))),
            ("iPXE of a node with its own loader", From(OwnMac, Recorded("ipxe-efi-discover.hex"))),
            ("iPXE of a Raspberry Pi", From(RaspberryPiMac, Recorded("ipxe-efi-discover.hex"))),
            ("system", Recorded("udhcpc-discover.hex")),
        ];
        List<string> told = [];
        foreach (var (who, message) in clients) told.Add($"{who}: {Describe(await client.AskDhcpAsync(message))}");
        return told;
    }

    private static string Describe(DhcpMessage offer)
    {
        // Servers differ in where they put file and server name, and firmware reads either.
        var file = Text(offer, DhcpOptionCode.BootFileName) is { Length: > 0 } option ? option : offer.BootFileName;
        var server = Text(offer, DhcpOptionCode.TftpServerName) is { Length: > 0 } name ? name : offer.ServerName;
        if (file.Length == 0) return "nothing";
        return $"{file} from {offer.NextServerAddress} ({server}), 60 {offer.VendorClass}, 43 {Hex(offer, DhcpOptionCode.VendorSpecificInformation)}, 175 {Hex(offer, DhcpOptionCode.IpxeEncapsulated)}";
    }

    private static string Text(DhcpMessage offer, DhcpOptionCode code) => Encoding.ASCII.GetString(offer.Options.Get(code).Span).TrimEnd('\0');

    private static string Hex(DhcpMessage offer, DhcpOptionCode code) => Convert.ToHexStringLower(offer.Options.Get(code).Span);

    /// <summary>A recorded message whose answer is to be broadcast: it comes from a card that has another address.</summary>
    private static byte[] Recorded(string capture)
    {
        const int flags = 10;
        var message = Capture.Read(capture).Payload.ToArray();
        message[flags] |= 0x80;
        return message;
    }

    private static byte[] From(string mac, byte[] message)
    {
        const int clientHardwareAddress = 28;
        Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal)).CopyTo(message, clientHardwareAddress);
        return message;
    }

    private static byte[] WithArchitecture(ushort architecture, byte[] message)
    {
        var option = Find(DhcpOptionCode.ClientArchitecture, message);
        (message[option + 2], message[option + 3]) = ((byte)(architecture >> 8), (byte)architecture);
        return message;
    }

    /// <summary>The option's code becomes one for private use (RFC 3942), which nobody reads.</summary>
    private static byte[] Without(DhcpOptionCode option, byte[] message)
    {
        message[Find(option, message)] = 254;
        return message;
    }

    private static int Find(DhcpOptionCode code, byte[] message)
    {
        var at = 240; // behind the magic cookie
        while (message[at] != (byte)code) at += 2 + message[at + 1];
        return at;
    }
}
