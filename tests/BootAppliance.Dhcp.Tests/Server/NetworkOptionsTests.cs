using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>What clients are told about their network, and what of it when there is little room.</summary>
public class NetworkOptionsTests
{
    private static readonly DhcpOptionCode own = (DhcpOptionCode)252;

    private readonly ResponderRig rig = new();

    [Theory]
    [InlineData("12 15 26 28 42 114 119 121 150 252", "54 51 58 59 1 3 6 12 15 42 28 26 114 119 121 150 252")]
    [InlineData("28 150", "54 51 58 59 1 3 6 28 150")]
    [InlineData("1", "54 51 58 59 1 3 6")]
    [InlineData(null, "54 51 58 59 1 3 6 12 15 42 28 26 114 119 121 150 252")] // no list: everything
    public async Task Options_AreSentWhenAskedFor(string? asked, string sent)
    {
        Tell(new SubnetOption(DhcpOptionCode.InterfaceMtu, new byte[] { 5, 220 }), new SubnetOption(DhcpOptionCode.CaptivePortal, "https://x"u8.ToArray()),
            new SubnetOption(DhcpOptionCode.DomainSearch, new byte[] { 1, 97, 0 }), new SubnetOption(DhcpOptionCode.ClasslessStaticRoute, new byte[] { 0, 1, 2, 3, 4 }),
            new SubnetOption(DhcpOptionCode.TftpServerAddress, new byte[] { 192, 0, 2, 9 }), new SubnetOption(own, new byte[] { 1 }));
        (await Codes(Discover(asked))).ShouldBe(sent);
    }

    [Fact]
    public async Task Option_ThatIsAlwaysTold_NeedsNotBeAskedFor()
    {
        Tell(new SubnetOption(own, new byte[] { 1 }, Always: true));
        (await Codes(Discover("1"))).ShouldBe("54 51 58 59 1 3 6 252");
    }

    [Fact]
    public async Task Option43_OfTheOperator_IsNotForBootClients()
    {
        Tell(new SubnetOption(DhcpOptionCode.VendorSpecificInformation, new byte[] { 1, 1, 1 }, Always: true));
        (await Codes(Discover("1"))).ShouldBe("54 51 58 59 1 3 6 43");
        var bios = (await rig.Ask(Capture.Message("bios-pxe-discover.hex")))!.Message;
        bios.Options.Get(DhcpOptionCode.VendorSpecificInformation).ToArray().ShouldBe([6, 1, 8, 255]);
    }

    [Fact]
    public async Task Option150_IsTheNextServer_ToABootClientThatAsks()
    {
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.ParameterRequestList, new byte[] { 150 }).Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient:Arch:00007");
        var reply = (await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, options: options)))!.Message;
        reply.Options.GetAddress(DhcpOptionCode.TftpServerAddress).ShouldBe(ResponderRig.ServerAddress);
        reply.Options[^1].Code.ShouldBe(DhcpOptionCode.BootFileName, "nothing may stand behind a name that firmware reads on from");
    }

    [Fact]
    public async Task NextServer_OfTheSubnet_StandsEverywhereButInUrlsAndOption54()
    {
        rig.Settings = rig.Settings with { Subnets = [ResponderRig.Local with { NextServer = IPAddress.Parse("192.0.2.5") }] };
        var uefi = (await rig.Ask(Capture.Message("uefi-pxe-discover.hex")))!.Message;
        (uefi.NextServerAddress, uefi.ServerName, uefi.Options.GetText(DhcpOptionCode.TftpServerName), uefi.ServerIdentifier)
            .ShouldBe((IPAddress.Parse("192.0.2.5"), "192.0.2.5", "192.0.2.5", ResponderRig.ServerAddress));
        (await rig.Ask(Capture.Message("ipxe-rom-discover.hex")))!.Message.BootFileName.ShouldBe("http://192.0.2.1/boot.ipxe");
    }

    [Fact]
    public async Task AnswerThatIsTooLong_ContinuesInFileAndSname()
    {
        Tell([.. Enumerable.Range(224, 3).Select(code => new SubnetOption((DhcpOptionCode)code, new byte[100]))]);
        var reply = (await rig.Ask(Discover(null)))!;
        var datagram = new byte[reply.MaximumLength];
        DhcpMessageWriter.TryWrite(reply.Message, datagram, out var length).ShouldBeTrue();

        datagram.AsSpan(240, 6).ToArray().ShouldBe([53, 1, 2, 52, 1, 1], "option 52 says that file has options");
        datagram.AsSpan(108, 2).ToArray().ShouldBe([226, 100], "the last one went there");
        datagram[108 + 102].ShouldBe((byte)255);
        length.ShouldBeLessThanOrEqualTo(548);
        DhcpMessage.TryParse(datagram.AsSpan(0, length), out var read, out _).ShouldBeTrue();
        read!.Options.Select(o => (byte)o.Code).ShouldBe([54, 51, 58, 59, 1, 3, 6, 12, 15, 42, 28, 224, 225, 226]);
        read.Options.Get((DhcpOptionCode)226).Length.ShouldBe(100);
    }

    [Fact]
    public async Task AnswerThatIsStillTooLong_LeavesOutWhatIsLeastNeeded()
    {
        Tell([new(DhcpOptionCode.DomainSearch, new byte[100]), .. Enumerable.Range(224, 4).Select(code => new SubnetOption((DhcpOptionCode)code, new byte[100]))]);
        var reply = (await rig.Ask(Discover(null)))!;
        var datagram = new byte[reply.MaximumLength];
        DhcpMessageWriter.TryWrite(reply.Message, datagram, out var length).ShouldBeTrue();
        DhcpMessage.TryParse(datagram.AsSpan(0, length), out var read, out _).ShouldBeTrue();
        read!.Options.Select(o => (byte)o.Code).ShouldBe(new byte[] { 54, 51, 58, 59, 1, 3, 6, 12, 15, 42, 28, 119, 224, 225 }, ignoreOrder: true, "the last ones of the operator are missing");
    }

    [Fact]
    public async Task BootClient_KeepsItsFileAndSname_AndLosesWhatIsLeastNeeded()
    {
        Tell([.. Enumerable.Range(224, 4).Select(code => new SubnetOption((DhcpOptionCode)code, new byte[100], Always: true))]);
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.VendorClassIdentifier, "PXEClient:Arch:00000:UNDI:002001");
        var reply = (await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, 10, options)))!;
        DhcpMessageWriter.TryWrite(reply.Message, new byte[reply.MaximumLength], out _).ShouldBeTrue();
        (reply.Message.BootFileName, reply.Message.ServerName).ShouldBe(("undionly.kpxe", "192.0.2.1"));
        string.Join(' ', reply.Message.Options.Select(o => (byte)o.Code)).ShouldBe("54 51 58 59 1 3 6 12 15 42 28 224 60 43 66 67");
    }

    [Fact]
    public void WhatIsLeastNeeded_GoesInTheStatedOrder()
    {
        DhcpOptionCode[] all =
        [
            DhcpOptionCode.ServerIdentifier, DhcpOptionCode.LeaseTime, DhcpOptionCode.SubnetMask, DhcpOptionCode.Router, DhcpOptionCode.DomainNameServer,
            DhcpOptionCode.DomainName, DhcpOptionCode.NtpServers, DhcpOptionCode.CaptivePortal, own, DhcpOptionCode.BootFileName, DhcpOptionCode.RelayAgentInformation,
        ];
        var message = ResponderRig.Message(DhcpMessageType.Ack).WithOptions(new DhcpOptions([.. all.Select(code => new DhcpOption(code, new byte[40]))]));
        List<string> left = [];
        for (var length = 700; length >= 400; length -= 42)
        {
            ReplyFitting.Fit(message, length, mayOverload: false, out var leftOut);
            left.Add(string.Join(' ', leftOut.Select(c => (byte)c)));
        }

        left.ShouldBe(["252", "252 114", "252 114 42", "252 114 42 15", "252 114 42 15 6", "", "", ""], "what is left is worth nothing without the rest, so it stays whole");
    }

    private static DhcpMessage Discover(string? asked)
    {
        var options = new DhcpOptionsBuilder();
        if (asked is not null) options.Add(DhcpOptionCode.ParameterRequestList, asked.Split(' ').Select(byte.Parse).ToArray());
        return ResponderRig.Message(DhcpMessageType.Discover, 10, options);
    }

    private void Tell(params IReadOnlyList<SubnetOption> options) => rig.Settings = rig.Settings with { Subnets = [ResponderRig.Local with { Options = options }] };

    private async Task<string> Codes(DhcpMessage message) => string.Join(' ', (await rig.Ask(message))!.Message.Options.Select(o => (byte)o.Code));
}
