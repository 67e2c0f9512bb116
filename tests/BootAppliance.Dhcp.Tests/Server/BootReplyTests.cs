using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>The whole offer that each kind of firmware gets for its real DHCPDISCOVER.</summary>
public class BootReplyTests
{
    private const string Always = """
        1 255.255.255.0
        3 192.0.2.1
        6 192.0.2.1 192.0.2.2
        """;

    private const string Everything = $"""
        {Always}
        15 "lab.example"
        42 192.0.2.3
        28 192.0.2.255
        """;

    private readonly ResponderRig rig = new();

    [Fact]
    public async Task BiosPxe_IsToldToLoadTheFileWithoutDiscovery() => (await Offer("bios-pxe-discover.hex")).ShouldBe($"""
        DHCPOFFER xid 67487b35 chaddr 52:54:00:12:34:02 yiaddr 192.0.2.100 siaddr 192.0.2.1 sname 192.0.2.1 file undionly.kpxe
        54 192.0.2.1
        61 01525400123402
        51 300 s
        58 150 s
        59 262 s
        {Always}
        15 "lab.example"
        60 "PXEClient"
        43 060108FF
        97 004C2B6E8F3A1D574F9B200123456789AB
        66 "192.0.2.1"
        67 756E64696F6E6C792E6B70786500
        """);

    [Fact]
    public async Task UefiPxe_GetsAPlainOffer_WithNeither60Nor43() => (await Offer("uefi-pxe-discover.hex")).ShouldBe($"""
        DHCPOFFER xid 27515c71 chaddr 52:54:00:12:34:03 flags 8000 yiaddr 192.0.2.100 siaddr 192.0.2.1 sname 192.0.2.1 file ipxe.efi
        54 192.0.2.1
        51 300 s
        58 150 s
        59 262 s
        {Everything}
        97 004C2B6E8F3A1D574F9B200123456789AB
        66 "192.0.2.1"
        67 697078652E65666900
        """);

    [Fact]
    public async Task Ipxe_GetsTheScript_AndIsToldNotToWaitForProxies()
    {
        rig.Known.Add(Capture.Message("ipxe-rom-discover.hex").ClientHardwareAddress);
        (await Offer("ipxe-rom-discover.hex")).ShouldBe($"""
            DHCPOFFER xid 67487b35 chaddr 52:54:00:12:34:02 yiaddr 192.0.2.100 siaddr 192.0.2.1 sname 192.0.2.1 file http://192.0.2.1/boot.ipxe
            54 192.0.2.1
            61 01525400123402
            51 3600 s
            58 1800 s
            59 3150 s
            {Always}
            15 "lab.example"
            175 B00101
            97 004C2B6E8F3A1D574F9B200123456789AB
            66 "192.0.2.1"
            67 "http://192.0.2.1/boot.ipxe"
            """);
    }

    [Fact]
    public async Task HttpBoot_GetsItsClassAndTheUrl()
    {
        var discover = ResponderRig.Message(DhcpMessageType.Discover, options: new DhcpOptionsBuilder()
            .Add(DhcpOptionCode.VendorClassIdentifier, "HTTPClient:Arch:00016:UNDI:003001")
            .Add(DhcpOptionCode.ClientArchitecture, new byte[] { 0, 16 }));
        ResponderRig.Describe((await rig.Ask(discover))!.Message).ShouldBe($"""
            DHCPOFFER xid 12345678 chaddr 52:54:00:00:00:01 yiaddr 192.0.2.100 siaddr 192.0.2.1 sname 192.0.2.1 file http://192.0.2.1/firmware/ipxe.efi
            54 192.0.2.1
            51 300 s
            58 150 s
            59 262 s
            {Everything}
            60 "HTTPClient"
            66 "192.0.2.1"
            67 "http://192.0.2.1/firmware/ipxe.efi"
            """);
    }

    [Fact]
    public async Task AnOperatingSystem_GetsNoBootInformation() => (await Offer("dhclient-discover.hex")).ShouldBe($"""
        DHCPOFFER xid 0ebdcc34 chaddr 52:54:00:12:34:01 yiaddr 192.0.2.100
        54 192.0.2.1
        51 300 s
        58 150 s
        59 262 s
        {Always}
        15 "lab.example"
        28 192.0.2.255
        """);

    [Fact]
    public async Task AReservation_BringsItsNameAndTheLongLease()
    {
        (await rig.Outcome(ResponderRig.Message(DhcpMessageType.Discover, client: 10))).ShouldBe("Offer 192.0.2.10 3600");
        var reply = await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, client: 10));
        reply!.Message.HostName.ShouldBe("node10");
    }

    [Fact]
    public async Task EveryCapture_IsAnsweredInAPacketThatFitsItsClient()
    {
        foreach (var capture in Capture.All)
        {
            var message = Capture.Message(capture.Name + ".hex");
            if (message.MessageType != DhcpMessageType.Discover) continue;
            var reply = (await rig.Ask(message)).ShouldNotBeNull();
            DhcpMessageWriter.TryWrite(reply.Message, new byte[reply.MaximumLength], out _).ShouldBeTrue(capture.Name);
        }
    }

    [Fact]
    public void ALongUrl_StandsInOption67Only()
    {
        var discover = Capture.Message("ipxe-rom-discover.hex");
        var question = new DhcpQuestion(discover, DhcpClient.From(discover), discover.ClientHardwareAddress, new DhcpArrival("eth1", ResponderRig.ServerAddress, false), ResponderRig.Local, new DhcpReply());
        var url = "http://192.0.2.1/" + new string('x', 200);
        var reply = DhcpReplies.Offer(question, ResponderRig.ServerAddress, TimeSpan.FromHours(1), new BootOffer(ResponderRig.ServerAddress, url, IsUrl: true));
        reply.BootFileName.ShouldBe("");
        reply.Options.GetText(DhcpOptionCode.BootFileName).ShouldBe(url);
    }

    private async Task<string> Offer(string capture) => ResponderRig.Describe((await rig.Ask(Capture.Message(capture)))!.Message);
}
