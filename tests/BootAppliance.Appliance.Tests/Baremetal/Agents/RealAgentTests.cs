using System.Net;
using BootAppliance.Lab;
using BootAppliance.Lab.Agent;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>The real ironic-python-agent against the boot plane.</summary>
public sealed class RealAgentTests
{
    private const string SecondMac = "52:54:00:12:34:57";

    private static readonly TimeSpan timeToReport = TimeSpan.FromMinutes(1);

    [Fact(Timeout = 300_000)]
    public async Task Agent_Inspects_LooksUp_AndReports()
    {
        var obstacle = RealAgent.FindObstacle();
        Assert.SkipUnless(obstacle is null, $"The real agent {obstacle}.");
        var cancellation = TestContext.Current.CancellationToken;
        await using var rig = await AgentRig.StartAsync();
        rig.Server.From = IPAddress.Loopback;
        var node = await rig.InspectingAsync();
        await using var agent = await StartAsync(rig.Server.Root, cancellation);

        await SeenAsync(rig, agent, MachineEventKind.InspectionReport);
        await SeenAsync(rig, agent, MachineEventKind.StateChanged, "inspect wait → manageable");
        var inspected = rig.Now(node);
        inspected.Properties.ShouldBe(JsonFields.Parse("""{"cpus": 4, "memory_mb": 8192, "cpu_arch": "x86_64", "local_gb": 63, "capabilities": "boot_mode:uefi"}"""));
        inspected.Ports.Select(port => (port.Address.ToString(), port.PxeEnabled)).ShouldBe([(AgentRig.Mac, true), (SecondMac, false)]);
        rig.Server.Inventories.LoadInventory(node.Uuid)!.ShouldContain("Invented CPU");

        // It goes on to look its node up, which is refused until the node expects an agent again.
        foreach (var @event in (ProvisionEvent[])[ProvisionEvent.Clean, ProvisionEvent.Wait]) await rig.Server.Nodes.ApplyAsync(node.Uuid, @event);
        await SeenAsync(rig, agent, MachineEventKind.AgentLookup);
        await SeenAsync(rig, agent, MachineEventKind.AgentHeartbeat);
        var reported = rig.Now(node);
        reported.DriverInternalInfo.Text("agent_url").ShouldBe(agent.Callback.ToString().TrimEnd('/'));
        reported.DriverInternalInfo.Text("agent_version")!.ShouldMatch(@"^\d+\.\d+");
        reported.ProvisionState.ShouldBe(ProvisionState.CleanWait);
    }

    private static async Task SeenAsync(AgentRig rig, RealAgent agent, MachineEventKind kind, string text = "")
    {
        using var patience = new CancellationTokenSource(timeToReport);
        try
        {
            await rig.SeenAsync(kind, patience.Token, text);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"no {kind} within {timeToReport}; the agent said: {agent.Output.Tail()}");
        }
    }

    private static async Task<RealAgent> StartAsync(Uri api, CancellationToken cancellation)
    {
        try
        {
            return await RealAgent.Start(api, cancellation);
        }
        catch (LabException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
