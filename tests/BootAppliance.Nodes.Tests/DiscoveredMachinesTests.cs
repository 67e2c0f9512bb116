using System.Net;

namespace BootAppliance.Nodes.Tests;

public class DiscoveredMachinesTests
{
    [Fact]
    public async Task Report_GathersWhatAMachineTold()
    {
        await using var rig = new RegistryRig();
        var first = await rig.Machines.ReportAsync(Machine(1) with { Firmware = "UEFI x64 PXE", Address = IPAddress.Parse("192.0.2.10") });
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        var second = await rig.Machines.ReportAsync(Machine(2, 1) with { Product = "Standard PC" });

        (second.Macs[0], second.Macs[1], second.Macs.Length).ShouldBe((RegistryRig.Mac(1), RegistryRig.Mac(2), 2));
        (second.Firmware, second.Product, second.FirstSeen, second.LastSeen)
            .ShouldBe(("UEFI x64 PXE", "Standard PC", first.FirstSeen, first.FirstSeen + TimeSpan.FromMinutes(1)));
        rig.Machines.All.ShouldBe([second]);
        rig.Machines.Find(RegistryRig.Mac(2)).ShouldBe(second);
        rig.Store.Machines.Values.ShouldBe([second]);
        rig.Events.Query(new EventQuery()).ShouldHaveSingleItem().Kind.ShouldBe(MachineEventKind.Discovered);
    }

    [Fact]
    public async Task Report_JoinsMachines_ThatTurnOutToBeOne()
    {
        await using var rig = new RegistryRig();
        await rig.Machines.ReportAsync(Machine(1));
        await rig.Machines.ReportAsync(Machine(2));

        var joined = await rig.Machines.ReportAsync(Machine(1, 2));

        rig.Machines.All.ShouldBe([joined]);
        rig.Store.Machines.Values.ShouldBe([joined]);
    }

    [Fact]
    public async Task Report_ForgetsTheOneNotSeenForLongest_WhenThereAreTooMany()
    {
        await using var rig = new RegistryRig();
        for (var i = 0; i <= DiscoveredMachines.Capacity; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await rig.Machines.ReportAsync(Machine(i));
        }

        rig.Machines.All.Count.ShouldBe(DiscoveredMachines.Capacity);
        rig.Machines.Find(RegistryRig.Mac(0)).ShouldBeNull();
        rig.Store.Machines.Count.ShouldBe(DiscoveredMachines.Capacity);
    }

    [Fact]
    public async Task Report_KeepsTheMachineInMemory_WhenTheStoreFails()
    {
        await using var rig = new RegistryRig();
        rig.Store.BeforeWrite = () => throw new IOException("disk full");

        await rig.Machines.ReportAsync(Machine(1));

        rig.Machines.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Adopt_MakesANode_OfAllItsInterfaces()
    {
        await using var rig = new RegistryRig();
        await rig.Machines.ReportAsync(Machine(1, 2) with { Architecture = "x86_64" });

        var node = await rig.Machines.AdoptAsync(RegistryRig.Mac(2), "bm-01");

        (node.Name, node.ProvisionState, node.Properties.Text("cpu_arch")).ShouldBe(("bm-01", ProvisionState.Available, "x86_64"));
        node.Ports.Select(p => p.Address).ShouldBe([RegistryRig.Mac(1), RegistryRig.Mac(2)]);
        rig.Machines.All.ShouldBeEmpty();
        rig.Store.Machines.ShouldBeEmpty();
        (await Should.ThrowAsync<NodeException>(() => rig.Machines.AdoptAsync(RegistryRig.Mac(2), "bm-02"))).Kind.ShouldBe(NodeFailure.NotFound);
    }

    [Fact]
    public async Task All_LeavesOut_WhatBecameANodeOtherwise()
    {
        await using var rig = new RegistryRig();
        await rig.Machines.ReportAsync(Machine(1));
        await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));

        rig.Machines.All.ShouldBeEmpty();
    }

    private static DiscoveredMachine Machine(params int[] macs) => new() { Macs = [.. macs.Select(RegistryRig.Mac)] };
}
