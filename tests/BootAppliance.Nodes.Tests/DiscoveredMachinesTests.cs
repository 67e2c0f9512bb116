using System.Net;

namespace BootAppliance.Nodes.Tests;

public class DiscoveredMachinesTests
{
    [Fact]
    public async Task Report_GathersWhatAMachineTold()
    {
        await using var bench = new Bench();
        var first = await bench.Machines.ReportAsync(Machine(1) with { Firmware = "UEFI x64 PXE", Address = IPAddress.Parse("192.0.2.10") });
        bench.Time.Advance(TimeSpan.FromMinutes(1));

        var second = await bench.Machines.ReportAsync(Machine(2, 1) with { Product = "Standard PC" });

        (second.Macs[0], second.Macs[1], second.Macs.Length).ShouldBe((Bench.Mac(1), Bench.Mac(2), 2));
        (second.Firmware, second.Product, second.FirstSeen, second.LastSeen)
            .ShouldBe(("UEFI x64 PXE", "Standard PC", first.FirstSeen, first.FirstSeen + TimeSpan.FromMinutes(1)));
        bench.Machines.All.ShouldBe([second]);
        bench.Machines.Find(Bench.Mac(2)).ShouldBe(second);
        bench.Store.Machines.Values.ShouldBe([second]);
        bench.Events.Query(new EventQuery()).ShouldHaveSingleItem().Kind.ShouldBe(MachineEventKind.Discovered);
    }

    [Fact]
    public async Task Report_JoinsMachines_ThatTurnOutToBeOne()
    {
        await using var bench = new Bench();
        await bench.Machines.ReportAsync(Machine(1));
        await bench.Machines.ReportAsync(Machine(2));

        var joined = await bench.Machines.ReportAsync(Machine(1, 2));

        bench.Machines.All.ShouldBe([joined]);
        bench.Store.Machines.Values.ShouldBe([joined]);
    }

    [Fact]
    public async Task Report_ForgetsTheOneNotSeenForLongest_WhenThereAreTooMany()
    {
        await using var bench = new Bench();
        for (var i = 0; i <= DiscoveredMachines.Capacity; i++)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            await bench.Machines.ReportAsync(Machine(i));
        }

        bench.Machines.All.Count.ShouldBe(DiscoveredMachines.Capacity);
        bench.Machines.Find(Bench.Mac(0)).ShouldBeNull();
        bench.Store.Machines.Count.ShouldBe(DiscoveredMachines.Capacity);
    }

    [Fact]
    public async Task Report_KeepsTheMachineInMemory_WhenTheStoreFails()
    {
        await using var bench = new Bench();
        bench.Store.BeforeWrite = () => throw new IOException("disk full");

        await bench.Machines.ReportAsync(Machine(1));

        bench.Machines.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Adopt_MakesANode_OfAllItsInterfaces()
    {
        await using var bench = new Bench();
        await bench.Machines.ReportAsync(Machine(1, 2) with { Architecture = "x86_64" });

        var node = await bench.Machines.AdoptAsync(Bench.Mac(2), "bm-01");

        (node.Name, node.ProvisionState, node.Properties.Text("cpu_arch")).ShouldBe(("bm-01", ProvisionState.Available, "x86_64"));
        node.Ports.Select(p => p.Address).ShouldBe([Bench.Mac(1), Bench.Mac(2)]);
        bench.Machines.All.ShouldBeEmpty();
        bench.Store.Machines.ShouldBeEmpty();
        (await Should.ThrowAsync<NodeException>(() => bench.Machines.AdoptAsync(Bench.Mac(2), "bm-02"))).Kind.ShouldBe(NodeFailure.NotFound);
    }

    [Fact]
    public async Task All_LeavesOut_WhatBecameANodeOtherwise()
    {
        await using var bench = new Bench();
        await bench.Machines.ReportAsync(Machine(1));
        await bench.Nodes.AddAsync(Bench.NodeWith("bm-01", 1));

        bench.Machines.All.ShouldBeEmpty();
    }

    private static DiscoveredMachine Machine(params int[] macs) => new() { Macs = [.. macs.Select(Bench.Mac)] };
}
