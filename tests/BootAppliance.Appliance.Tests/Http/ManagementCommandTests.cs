using System.Net;
using System.Text.RegularExpressions;
using BootAppliance.Commands;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Firmware;
using BootAppliance.Nodes;
using BootAppliance.Tests.Commands;

namespace BootAppliance.Tests;

/// <summary>Every command against the real management plane, from its arguments to its words and exit status.</summary>
public sealed class ManagementCommandTests : IAsyncLifetime
{
    private const string Mac = "52:54:00:12:34:56";
    private const string OtherMac = "52:54:00:12:34:57";

    private readonly CommandRig rig = new();
    private ManagementServer server = null!;

    public async ValueTask InitializeAsync() => server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        rig.Dispose();
    }

    [Fact]
    public async Task Node_GoesThroughItsLife()
    {
        (await rig.OutputOfAsync("node", "add", "demo", "--mac", Mac, "--kernel", "vmlinuz", "--initrd", "initrd.img", "--args", "quiet", "--arch", "x86_64")).ShouldBe("");
        (await rig.OutputOfAsync("node", "list")).ShouldBe("");
        (await rig.OutputOfAsync("node", "deploy", "demo")).ShouldBe("");
        (await rig.OutputOfAsync("node", "show", Mac)).ShouldBe("");
        (await rig.OutputOfAsync("node", "rebuild", "demo")).ShouldBe("");
        (await rig.OutputOfAsync("node", "undeploy", "demo")).ShouldBe("");
        (await rig.OutputOfAsync("node", "manage", "demo")).ShouldBe("");
        (await rig.OutputOfAsync("node", "provide", "demo")).ShouldBe("");
        (await rig.OutputOfAsync("node", "set", "demo", "--name", "box", "--mac", Mac, OtherMac, "--kernel", "other")).ShouldBe("");
        (await rig.OutputOfAsync("node", "remove", OtherMac)).ShouldBe($"{OtherMac} was removed");
        (await rig.OutputOfAsync("node", "list")).ShouldBe("");
    }
}
