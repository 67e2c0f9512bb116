using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>How far a machine came whose node waits for its agent.</summary>
public sealed class AgentProgressTests
{
    private static readonly DateTimeOffset start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(BootPurpose.Clean, "the agent's lookup of its node (GET /v1/lookup)", MachineEventKind.ImageSent)]
    [InlineData(BootPurpose.Inspect, "the inspection of the agent (POST /v1/continue_inspection)", MachineEventKind.ImageSent)]
    [InlineData(BootPurpose.Clean, "the agent's first heartbeat (POST /v1/heartbeat)", MachineEventKind.ImageSent, MachineEventKind.AgentLookup)]
    [InlineData(BootPurpose.Clean, null, MachineEventKind.ImageSent, MachineEventKind.AgentLookup, MachineEventKind.AgentHeartbeat)]
    [InlineData(BootPurpose.Inspect, null, MachineEventKind.ImageSent, MachineEventKind.InspectionReport)]
    [InlineData(null, null, MachineEventKind.ImageSent)]
    public void Missing_IsTheNextWordOfTheAgent(BootPurpose? agentFor, string? missing, params MachineEventKind[] kinds) =>
        (Read(TimeSpan.FromMinutes(1), agentFor, kinds).Diagnosis?.Missing).ShouldBe(missing);

    [Theory]
    [InlineData(4, false)]
    [InlineData(6, true)]
    public void Stuck_IsAnAgentOnlyAfterMinutes(int minutes, bool stuck) =>
        Read(TimeSpan.FromMinutes(minutes), BootPurpose.Clean, MachineEventKind.ImageSent).IsStuck.ShouldBe(stuck);

    [Fact]
    public void Refusal_IsTheFirstCause() =>
        Read(TimeSpan.Zero, BootPurpose.Clean, MachineEventKind.ImageSent, MachineEventKind.AgentRefused).Diagnosis!.UsualCauses[0].ShouldBe("agent-1");

    private static BootProgress Read(TimeSpan later, BootPurpose? agentFor, params MachineEventKind[] kinds) => BootProgress.Read(
        kinds.Select((kind, index) => new MachineEvent { Kind = kind, Text = $"agent-{index}", File = "agent.kernel", Time = start }), start + later, 0, agentFor);
}
