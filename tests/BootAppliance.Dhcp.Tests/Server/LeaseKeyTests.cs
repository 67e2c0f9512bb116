using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

public class LeaseKeyTests
{
    private readonly MemoryLeaseStore store = new();

    [Fact]
    public async Task ClientId_GivesTwoMachinesBehindOneMac_AnAddressEach()
    {
        var rig = Rig(LeaseKey.ClientId);
        (await Take(rig, 1, "first")).ShouldBe("192.0.2.100");
        (await Take(rig, 1, "second")).ShouldBe("192.0.2.101");
        (await Take(rig, 1, "first")).ShouldBe("192.0.2.100");
        (await Take(rig, 1, "second")).ShouldBe("192.0.2.101");
        Bound().ShouldBe(["192.0.2.100 first", "192.0.2.101 second"]);
    }

    [Fact]
    public async Task ClientId_KeepsTheAddress_OfAMachineWhoseMacChanges()
    {
        var rig = Rig(LeaseKey.ClientId);
        await Take(rig, 1, "first");
        (await Take(rig, 2, "first")).ShouldBe("192.0.2.100");
        rig.Leases.ClientAt(IPAddress.Parse("192.0.2.100")).ShouldBe(ResponderRig.Mac(2), "the card of today is recorded at once");
        (await rig.Outcome(Renewal(1, "second", "192.0.2.100"), unicast: true)).ShouldBe("Nak 0.0.0.0");
        (await rig.Outcome(Renewal(2, "first", "192.0.2.100"), unicast: true)).ShouldBe("Ack 192.0.2.100 300");
    }

    [Fact]
    public async Task Mac_IsWhatCounts_ByDefault()
    {
        var rig = Rig(LeaseKey.Mac);
        (await Take(rig, 1, "first")).ShouldBe("192.0.2.100");
        (await Take(rig, 1, "second")).ShouldBe("192.0.2.100");
        Bound().ShouldBe(["192.0.2.100 -"]);
    }

    [Theory]
    [InlineData(LeaseKey.Mac)]
    [InlineData(LeaseKey.ClientId)]
    public async Task EveryStageOfABoot_HasOneAddress_WhateverItCallsItself(LeaseKey key)
    {
        var rig = Rig(key);
        (await Take(rig, 1, "rom", "PXEClient:Arch:00000:UNDI:002001")).ShouldBe("192.0.2.100");
        (await Take(rig, 1, "ipxe", "PXEClient:Arch:00007:UNDI:003010")).ShouldBe("192.0.2.100");
        (await Take(rig, 1, "system")).ShouldBe("192.0.2.100");
        (await Take(rig, 1, "rom", "PXEClient:Arch:00000:UNDI:002001")).ShouldBe("192.0.2.100", "it boots again");
        Bound().ShouldBe([key == LeaseKey.Mac ? "192.0.2.100 -" : "192.0.2.100 system"]);
        (await Take(rig, 1, "system")).ShouldBe("192.0.2.100");
    }

    [Fact]
    public async Task Reservation_IsTheMacs_WhateverTheSystemCallsItself()
    {
        var rig = Rig(LeaseKey.ClientId);
        (await Take(rig, 10, "old system")).ShouldBe("192.0.2.10");
        (await Take(rig, 10, "new system")).ShouldBe("192.0.2.10");
    }

    [Theory]
    [InlineData(LeaseKey.Mac, LeaseKey.ClientId)]
    [InlineData(LeaseKey.ClientId, LeaseKey.Mac)]
    public async Task Lease_IsTakenOver_WhenTheKeyIsChanged_AndChangedBack(LeaseKey before, LeaseKey after)
    {
        foreach (var key in new[] { before, after, before, after })
        {
            var rig = Rig(key);
            (await Take(rig, 1, "system")).ShouldBe("192.0.2.100");
            (await Take(rig, 2, "other")).ShouldBe("192.0.2.101");
            Bound().Count.ShouldBe(2, $"{key}: never two leases of one machine");
        }
    }

    [Fact]
    public async Task Lease_OfAnIdentifier_IsNotTakenOver_ByAnotherOneBehindTheSameMac()
    {
        await Take(Rig(LeaseKey.Mac), 1, "first");
        var rig = Rig(LeaseKey.ClientId);
        (await Take(rig, 1, "second")).ShouldBe("192.0.2.100", "by its MAC it is the machine that had it");
        (await Take(rig, 1, "first")).ShouldBe("192.0.2.101");
    }

    [Fact]
    public async Task Identifier_ThatDoesNotCount_IsNotKept_ForWhenItCountsAgain()
    {
        await Take(Rig(LeaseKey.ClientId), 1, "old system");
        (await Take(Rig(LeaseKey.Mac), 1, "new system")).ShouldBe("192.0.2.100");
        (await Take(Rig(LeaseKey.ClientId), 1, "new system")).ShouldBe("192.0.2.100");
        Bound().ShouldBe(["192.0.2.100 new system"]);
    }

    [Fact]
    public async Task Identifier_ThatIsTooShort_DoesNotCount()
    {
        var rig = Rig(LeaseKey.ClientId);
        (await Take(rig, 1, "a")).ShouldBe("192.0.2.100");
        (await Take(rig, 1, "b")).ShouldBe("192.0.2.100");
        Bound().ShouldBe(["192.0.2.100 -"]);
    }

    private ResponderRig Rig(LeaseKey key)
    {
        var settings = new DhcpServerSettings { Subnets = [ResponderRig.Local], LeaseKey = key };
        return new ResponderRig { Settings = settings, Store = store };
    }

    private List<string> Bound() =>
    [
        .. store.Leases.Values.OrderBy(l => l.Address.ToString()).Select(l => $"{l.Address} {(l.ClientIdentifier is { } id ? System.Text.Encoding.ASCII.GetString(id.Value) : "-")}"),
    ];

    /// <summary>The address that a client has after its four messages.</summary>
    private static async Task<string> Take(ResponderRig rig, int client, string identifier, string? vendorClass = null)
    {
        var offer = await rig.Ask(ResponderRig.Message(DhcpMessageType.Discover, client, Options(identifier, vendorClass)));
        var address = offer!.Message.YourAddress;
        var options = Options(identifier, vendorClass).Add(DhcpOptionCode.ServerIdentifier, ResponderRig.ServerAddress).Add(DhcpOptionCode.RequestedAddress, address);
        var answer = await rig.Ask(ResponderRig.Message(DhcpMessageType.Request, client, options));
        answer!.Message.MessageType.ShouldBe(DhcpMessageType.Ack);
        return answer.Message.YourAddress.ToString();
    }

    private static DhcpMessage Renewal(int client, string identifier, string address) =>
        ResponderRig.Message(DhcpMessageType.Request, client, Options(identifier, null), ciaddr: address);

    private static DhcpOptionsBuilder Options(string identifier, string? vendorClass)
    {
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.ClientIdentifier, identifier);
        return vendorClass is null ? options : options.Add(DhcpOptionCode.VendorClassIdentifier, vendorClass);
    }
}
