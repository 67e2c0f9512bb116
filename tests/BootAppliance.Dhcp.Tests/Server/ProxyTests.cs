using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>Mode Proxy, and port 4011 in every mode: the whole answer that each kind of firmware gets beside another server.</summary>
public class ProxyTests
{
    private readonly ResponderRig rig = new() { Settings = new DhcpServerSettings { Mode = DhcpMode.Proxy } };

    [Fact]
    public async Task BiosPxe_IsOfferedTheFileWithoutDiscovery_AndNoAddress()
    {
        var reply = (await rig.Ask(Capture.Message("bios-pxe-discover.hex")))!;
        ResponderRig.Describe(reply.Message).ShouldBe("""
            DHCPOFFER xid 67487b35 chaddr 52:54:00:12:34:02 siaddr 192.0.2.1 sname 192.0.2.1 file undionly.kpxe
            54 192.0.2.1
            61 01525400123402
            60 "PXEClient"
            43 060108FF
            97 004C2B6E8F3A1D574F9B200123456789AB
            66 "192.0.2.1"
            67 756E64696F6E6C792E6B70786500
            """);
        (reply.Destination.Path, reply.Destination.Address).ShouldBe((ReplyPath.Broadcast, IPAddress.Broadcast), "there is no address to send to, though the flag is not set");
    }

    [Fact]
    public async Task UefiPxe_IsSentToPort4011() => ResponderRig.Describe((await rig.Ask(Capture.Message("uefi-pxe-discover.hex")))!.Message).ShouldBe("""
        DHCPOFFER xid 27515c71 chaddr 52:54:00:12:34:03 flags 8000 siaddr 192.0.2.1 sname 192.0.2.1 file ipxe.efi
        54 192.0.2.1
        60 "PXEClient"
        97 004C2B6E8F3A1D574F9B200123456789AB
        66 "192.0.2.1"
        67 697078652E65666900
        """);

    [Fact]
    public async Task Ipxe_IsOfferedTheScriptAsAProxys() => ResponderRig.Describe((await rig.Ask(Capture.Message("ipxe-rom-discover.hex")))!.Message).ShouldBe("""
        DHCPOFFER xid 67487b35 chaddr 52:54:00:12:34:02 siaddr 192.0.2.1 sname 192.0.2.1 file http://192.0.2.1/boot.ipxe
        54 192.0.2.1
        61 01525400123402
        60 "PXEClient"
        97 004C2B6E8F3A1D574F9B200123456789AB
        66 "192.0.2.1"
        67 "http://192.0.2.1/boot.ipxe"
        """);

    [Fact]
    public async Task HttpBoot_IsOfferedItsClassAndTheUrl()
    {
        var discover = ResponderRig.Message(DhcpMessageType.Discover, options: new DhcpOptionsBuilder()
            .Add(DhcpOptionCode.VendorClassIdentifier, "HTTPClient:Arch:00016:UNDI:003001")
            .Add(DhcpOptionCode.ClientArchitecture, new byte[] { 0, 16 }));
        ResponderRig.Describe((await rig.Ask(discover))!.Message).ShouldBe("""
            DHCPOFFER xid 12345678 chaddr 52:54:00:00:00:01 siaddr 192.0.2.1 sname 192.0.2.1 file http://192.0.2.1/firmware/ipxe.efi
            54 192.0.2.1
            60 "HTTPClient"
            66 "192.0.2.1"
            67 "http://192.0.2.1/firmware/ipxe.efi"
            """);
    }

    [Fact]
    public async Task Relay_GetsTheProxysOffer_WithItsOptionLast()
    {
        rig.Settings = rig.Settings with { Subnets = [ResponderRig.Remote] };
        var discover = ResponderRig.Message(DhcpMessageType.Discover, giaddr: "198.18.0.1", options: new DhcpOptionsBuilder()
            .Add(DhcpOptionCode.RelayAgentInformation, new byte[] { 1, 1, 7 }).Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient:Arch:00007:UNDI:003000"));
        var reply = (await rig.Ask(discover))!;
        (reply.Destination.Path, reply.Destination.Address, reply.Destination.PortWith(67, 68)).ShouldBe((ReplyPath.Relay, IPAddress.Parse("198.18.0.1"), 67));
        reply.Message.Options[^1].Code.ShouldBe(DhcpOptionCode.RelayAgentInformation);
    }

    [Fact]
    public async Task Relay_OfANetworkThatIsNotWrittenDown_GetsNoOffer_SinceTftpWouldServeNobodyThere()
    {
        var discover = ResponderRig.Message(DhcpMessageType.Discover, giaddr: "203.0.113.1", options: new DhcpOptionsBuilder().Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient"));
        (await rig.Outcome(discover)).ShouldBe("NoSubnet");
    }

    [Fact]
    public async Task WhatConcernsTheOtherServer_IsLeftToIt()
    {
        (await rig.Outcome(Capture.Message("dhclient-discover.hex"))).ShouldBe("NotABootClient");
        (await rig.Outcome(Capture.Message("uefi-pxe-request.hex"))).ShouldBe("AddressedElsewhere");
        rig.Notices.Single().ShouldBeOfType<DhcpNotice.AddressedElsewhere>().Address.ShouldBe(Capture.Message("uefi-pxe-request.hex").RequestedAddress);

        // The request of the booted system says that it is up.
        (await rig.Outcome(Capture.Message("dhclient-request.hex"))).ShouldBe("AddressedElsewhere");
        rig.Notices.Last().ShouldBeOfType<DhcpNotice.AddressedElsewhere>().Client.Kind.ShouldBe(BootClientKind.None);
        rig.Drops.ShouldAllBe(drop => drop.Reason.IsNotForUs());
        rig.Store.Saved.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(DhcpMode.Proxy)]
    [InlineData(DhcpMode.Pool)]
    [InlineData(DhcpMode.Reservations)]
    public async Task Port4011_AnswersUefiInFull_InEveryMode(DhcpMode mode)
    {
        rig.Settings = new DhcpServerSettings { Mode = mode, Subnets = [ResponderRig.Local] };
        var reply = (await rig.AskBootServer(Capture.Message("uefi-pxe-4011-request.hex"), port: 4011))!;
        ResponderRig.Describe(reply.Message).ShouldBe("""
            DHCPACK xid 3d347253 chaddr 52:54:00:12:34:56 ciaddr 192.0.2.111 siaddr 192.0.2.1 sname 192.0.2.1 file ipxe.efi
            54 192.0.2.1
            60 "PXEClient"
            97 0000000000000000000000000000000000
            66 "192.0.2.1"
            67 697078652E65666900
            """);
        (reply.Exchange.LeaseTime, reply.Exchange.IsRenewal).ShouldBe((null, false));
        rig.Store.Saved.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(68)]
    [InlineData(4011)]
    public async Task Port4011_AnswersToThePortThatItWasAskedFrom(int port)
    {
        var reply = (await rig.AskBootServer(Unicast("bios-pxe-discover.hex", DhcpMessageType.Inform), port))!;
        (reply.Destination.Path, reply.Destination.Address, reply.Destination.PortWith(67, 68))
            .ShouldBe((ReplyPath.BootServerClient, IPAddress.Parse("192.0.2.66"), port), "where the packet came from, whatever ciaddr says");
        var withoutAddress = (await rig.AskBootServer(Unicast("bios-pxe-discover.hex", DhcpMessageType.Request, ciaddr: "0.0.0.0"), port))!;
        withoutAddress.Destination.Address.ShouldBe(IPAddress.Parse("192.0.2.66"));
    }

    [Theory]
    [InlineData("dhclient-discover.hex", DhcpMessageType.Request, "NotABootClient")]
    [InlineData("uefi-pxe-discover.hex", DhcpMessageType.Discover, "UnexpectedType")]
    [InlineData("uefi-pxe-discover.hex", DhcpMessageType.Release, "UnexpectedType")]
    public async Task Port4011_AnswersNothingElse(string capture, DhcpMessageType type, string reason)
    {
        (await rig.AskBootServer(Unicast(capture, type))).ShouldBeNull();
        rig.Drops.Single().Reason.ToString().ShouldBe(reason);
    }

    [Fact]
    public async Task Port4011_LeavesARequestForAnotherBootServerAlone()
    {
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient:Arch:00007:UNDI:003000")
            .Add(DhcpOptionCode.ServerIdentifier, IPAddress.Parse("192.0.2.99"));
        (await rig.AskBootServer(ResponderRig.Message(DhcpMessageType.Request, options: options, ciaddr: "192.0.2.77"))).ShouldBeNull();
        rig.Drops.Single().Reason.ShouldBe(DhcpDropReason.OtherServerChosen);
    }

    [Theory]
    [InlineData(BootClientKind.BiosPxe, true, PxeReplyForm.Automatic, PxeReplyForm.DiscoveryControl)]
    [InlineData(BootClientKind.BiosPxe, false, PxeReplyForm.Automatic, PxeReplyForm.DiscoveryControl)]
    [InlineData(BootClientKind.UefiPxe, true, PxeReplyForm.Automatic, PxeReplyForm.Plain)]
    [InlineData(BootClientKind.UefiPxe, false, PxeReplyForm.Automatic, PxeReplyForm.VendorClass)]
    [InlineData(BootClientKind.UefiPxe, true, PxeReplyForm.DiscoveryControl, PxeReplyForm.DiscoveryControl)]
    [InlineData(BootClientKind.BiosPxe, false, PxeReplyForm.Plain, PxeReplyForm.Plain)]
    [InlineData(BootClientKind.Ipxe, true, PxeReplyForm.DiscoveryControl, PxeReplyForm.Plain)]
    [InlineData(BootClientKind.Ipxe, false, PxeReplyForm.DiscoveryControl, PxeReplyForm.VendorClass)]
    [InlineData(BootClientKind.HttpBoot, false, PxeReplyForm.DiscoveryControl, PxeReplyForm.Plain)]
    public void Form_FollowsFirmwareAndMode_UnlessTheNodeHasItsOwn(BootClientKind kind, bool withAddress, PxeReplyForm wanted, PxeReplyForm form) =>
        BootReplyForm.Decide(kind, withAddress, wanted).ShouldBe(form);

    /// <summary>For firmware that takes no proxy offer, in whatever form.</summary>
    [Fact]
    public async Task MachineWithAReservation_GetsAWholeOffer_AndOthersAProxys()
    {
        rig.Settings = rig.Settings with { Subnets = [ResponderRig.Local] };
        var pxe = new DhcpOptionsBuilder().Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient:Arch:00007:UNDI:003000").Add(DhcpOptionCode.ClientArchitecture, new byte[] { 0, 7 });
        DhcpMessage Discover(int client) => ResponderRig.Message(DhcpMessageType.Discover, client, pxe);
        var whole = (await rig.Ask(Discover(10)))!.Message;
        (whole.YourAddress, whole.BootFileName, whole.VendorClass).ShouldBe((IPAddress.Parse("192.0.2.10"), "ipxe.efi", null));
        (await rig.Outcome(ResponderRig.Request(10, "192.0.2.1", "192.0.2.10"))).ShouldStartWith("Ack 192.0.2.10");
        (await rig.Outcome(Discover(1))).ShouldBe("Offer 0.0.0.0");
    }

    [Fact]
    public async Task Form_OfTheNode_IsOnTheWire()
    {
        rig.Form = PxeReplyForm.DiscoveryControl;
        var reply = (await rig.Ask(Capture.Message("uefi-pxe-discover.hex")))!.Message;
        reply.VendorClass.ShouldBe("PXEClient");
        reply.Options.Get(DhcpOptionCode.VendorSpecificInformation).ToArray().ShouldBe([6, 1, 8, 255]);
    }

    [Fact]
    public async Task FirmwareThatIgnoresProxyOffers_IsReportedOnce()
    {
        var discover = Capture.Message("uefi-pxe-discover.hex");
        foreach (var seconds in new[] { 0, 4, 8, 16 })
        {
            rig.Time.Advance(TimeSpan.FromSeconds(seconds));
            rig.Notices.Count.ShouldBe(seconds > 8 ? 1 : 0);
            await rig.Ask(discover);
        }

        rig.Notices.Single().ShouldBeOfType<DhcpNotice.ProxyOfferIgnored>().Client.HardwareAddress.ShouldBe(discover.ClientHardwareAddress);
    }

    [Fact]
    public async Task FirmwareThatComesToPort4011_IgnoresNothing()
    {
        for (var boot = 0; boot < 5; boot++)
        {
            await rig.Ask(Capture.Message("uefi-pxe-discover.hex"));
            await rig.AskBootServer(Unicast("uefi-pxe-request.hex", DhcpMessageType.Request));
        }

        rig.Notices.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("uefi-pxe-discover.hex", 61)] // boots that follow each other
    [InlineData("ipxe-rom-discover.hex", 1)] // asks every second while another server looks whether an address is free
    public async Task RepetitionThatMeansNothing_IsNotReported(string capture, int seconds)
    {
        for (var boot = 0; boot < 5; boot++)
        {
            await rig.Ask(Capture.Message(capture));
            rig.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        rig.Notices.ShouldBeEmpty();
    }

    /// <summary>A capture's client, asking by unicast from the address that it has by now.</summary>
    private static DhcpMessage Unicast(string capture, DhcpMessageType type, string ciaddr = "192.0.2.77")
    {
        var message = Capture.Message(capture);
        var options = message.Options.Where(o => o.Code is not (DhcpOptionCode.ServerIdentifier or DhcpOptionCode.RequestedAddress)).ToList();
        return new DhcpMessage
        {
            OpCode = DhcpOpCode.BootRequest,
            TransactionId = message.TransactionId,
            ClientAddress = IPAddress.Parse(ciaddr),
            ClientHardwareAddress = message.ClientHardwareAddress,
            MessageType = type,
            Options = new DhcpOptions(options),
        };
    }
}
