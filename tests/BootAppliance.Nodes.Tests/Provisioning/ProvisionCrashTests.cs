using System.Text.Json.Nodes;

namespace BootAppliance.Nodes.Tests;

/// <summary>The process ends between any two writes; the next one finds what was written, and every node can be taken on from there.</summary>
public class ProvisionCrashTests
{
    private static readonly JsonFields factoryReset = JsonFields.Parse("""{"interface": "bios", "step": "factory_reset", "priority": 150, "args": {}}""");

    public static TheoryData<ProvisionVerb, ProvisionState, ProvisionVerb> Verbs => new()
    {
        { ProvisionVerb.Manage, ProvisionState.Enroll, ProvisionVerb.Manage },
        { ProvisionVerb.Inspect, ProvisionState.Manageable, ProvisionVerb.Inspect },
        { ProvisionVerb.Provide, ProvisionState.Manageable, ProvisionVerb.Manage },
        { ProvisionVerb.Clean, ProvisionState.Manageable, ProvisionVerb.Manage },
        { ProvisionVerb.Deploy, ProvisionState.Available, ProvisionVerb.Deploy },
        { ProvisionVerb.Rebuild, ProvisionState.Active, ProvisionVerb.Rebuild },
        { ProvisionVerb.Delete, ProvisionState.Active, ProvisionVerb.Delete },
        { ProvisionVerb.Rescue, ProvisionState.Active, ProvisionVerb.Rescue },
        { ProvisionVerb.Service, ProvisionState.Active, ProvisionVerb.Service },
        { ProvisionVerb.Adopt, ProvisionState.Manageable, ProvisionVerb.Adopt },
    };

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Node_ThatACrashCutOff_IsFailedAndCanBeAskedAgain(ProvisionVerb verb, ProvisionState state, ProvisionVerb again)
    {
        var writes = await WritesOfAsync(verb, state);
        writes.ShouldBeGreaterThan(1);

        for (var survived = 1; survived < writes; survived++)
        {
            var store = new MemoryStore();
            var seen = await CrashAsync(store, verb, state, survived);

            await using var next = new RegistryRig(store, new ScriptedDriver().Types);
            next.Nodes.All.Single().ShouldBe(seen);
            await next.Provisioner.RecoverAsync();

            var node = next.Nodes.All.Single();
            node.ProvisionState.Has(ProvisionTraits.LostOnRestart).ShouldBeFalse($"{verb}, {survived} writes");
            node.LastError.ShouldBe($"The {seen.ProvisionState.ToApiString()} state can't be resumed after a restart of the appliance. Moving to fail state.");
            var maintained = await next.Nodes.UpdateAsync(node.Uuid, n => n with { Maintenance = false });
            var verbNow = maintained.ProvisionState.Next(again.ToEvent()) is null ? ProvisionVerb.Manage : again;
            var after = await next.Provisioner.RequestAsync(node.Uuid, verbNow, Options(verbNow));
            (after.LastError, after.ProvisionState.Has(ProvisionTraits.Stable)).ShouldBe((null, true), $"{verb}, {survived} writes");
        }
    }

    private static async Task<int> WritesOfAsync(ProvisionVerb verb, ProvisionState state)
    {
        var driver = new ScriptedDriver();
        await using var rig = new RegistryRig(types: driver.Types, settings: Settings);
        var node = await rig.Nodes.AddAsync(driver.Node(state));
        var writes = 0;
        rig.Store.BeforeWrite = () =>
        {
            writes++;
            return Task.CompletedTask;
        };
        await rig.Provisioner.RequestAsync(node.Uuid, verb, Options(verb));
        return writes;
    }

    /// <summary>Lets so many writes through, and says what the node was then.</summary>
    private static async Task<Node> CrashAsync(MemoryStore store, ProvisionVerb verb, ProvisionState state, int survived)
    {
        var driver = new ScriptedDriver();
        await using var rig = new RegistryRig(store, driver.Types, Settings);
        var node = await rig.Nodes.AddAsync(driver.Node(state));
        var left = survived;
        store.BeforeWrite = () => left-- > 0 ? Task.CompletedTask : throw new IOException("the machine lost its power");
        var run = await rig.Provisioner.BeginAsync(node.Uuid, verb, Options(verb));
        await Should.ThrowAsync<IOException>(() => run.Completion);
        store.BeforeWrite = () => Task.CompletedTask;
        return rig.Nodes.FindByUuid(node.Uuid)!;
    }

    private static ProvisionSettings Settings => new() { AutomatedClean = true };

    private static VerbOptions Options(ProvisionVerb verb) => new()
    {
        Steps = verb is ProvisionVerb.Clean or ProvisionVerb.Service or ProvisionVerb.Deploy or ProvisionVerb.Rebuild ? [factoryReset] : [],
        ConfigDrive = verb is ProvisionVerb.Deploy ? JsonNode.Parse("\"H4sI\"") : null,
        RescuePassword = verb is ProvisionVerb.Rescue ? "secret" : null,
    };
}
