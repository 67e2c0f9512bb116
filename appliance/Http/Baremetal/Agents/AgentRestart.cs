using System.Net;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using BootAppliance.Storage;

namespace BootAppliance.Http.Baremetal.Agents;

/// <summary>
/// Makes the token of an agent void when its machine starts anew: the next agent looks the node up again, and could not report without a token of its own.
/// </summary>
internal sealed class AgentRestart(NodeRegistry nodes, MachineAddresses addresses, ILogger<AgentRestart> logger)
{
    /// <summary>To be told before a machine is given a script; a machine that is certainly another one does not take the token from this one's agent.</summary>
    /// <param name="answer">What it is given.</param>
    /// <param name="from">The address that it asks from.</param>
    public async Task NoticeAsync(ScriptAnswer answer, IPAddress from)
    {
        if (answer is not { Text: not null, Loop: null, Node: { } node, Plan: BootPlan.Network { Purpose: not BootPurpose.Instance } }) return;
        if (ReferenceEquals(node.WithoutAgentToken(), node)) return;
        if (addresses.Find(from) is { } asking && !node.HasPort(asking)) return;
        try
        {
            using var held = await nodes.HoldAsync(node.Uuid);
            await held.UpdateAsync(AgentToken.WithoutAgentToken, "the machine starts anew, so the token of its agent is void");
        }
        catch (Exception failure) when (failure is NodeException or StoreUnavailableException)
        {
            // The script is worth more to the machine: an agent that cannot report is restarted, one that does not boot needs a person.
            AgentLog.TokenKept(logger, node.Label, failure.Message);
        }
    }
}
