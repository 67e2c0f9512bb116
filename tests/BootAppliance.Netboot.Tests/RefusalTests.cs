using System.Net;
using BootAppliance.Netboot;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>Nobody can tell from how long a refusal takes what there is.</summary>
public sealed class RefusalTests
{
    private static readonly BootPolicy policy = new() { Address = IPAddress.Parse("192.0.2.1") };

    /// <summary>What is allocated stands for what is done: it does not depend on how busy the machine is.</summary>
    [Theory]
    [InlineData(ProvisionState.Available, World.Mac, "boot.ipxe")]
    [InlineData(ProvisionState.Deploying, World.Mac, "boot.ipxe")]
    [InlineData(ProvisionState.Active, World.Mac, "pxelinux.cfg")]
    [InlineData(ProvisionState.CleanWait, World.Mac, "")]
    [InlineData(ProvisionState.Active, "00:00:00:00:00:00", "boot.ipxe")]
    public void Refusal_CostsTheWorkThatAnUnknownAddressCosts(ProvisionState state, string mac, string name)
    {
        var resolver = new World(policy, World.Demo(state)).Resolver;
        var unknown = Work(resolver, "52:54:00:00:00:01", "boot.ipxe");
        var refused = Work(resolver, mac, name);
        ((double)refused / unknown).ShouldBeInRange(0.7, 1.4);
        unknown.ShouldBeGreaterThan(2000);
    }

    private static long Work(BootResolver resolver, string mac, string name)
    {
        var address = World.Parse(mac);
        resolver.BootConfig(address, name).Text.ShouldBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        resolver.BootConfig(address, name);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
