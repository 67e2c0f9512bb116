using System.Text.Json;

namespace BootAppliance.Nodes.Tests;

/// <summary>The table against what a running Ironic 29.0 said of its own, and against the few transitions that came later.</summary>
public class ProvisionStatesTests
{
    private static readonly JsonElement recording =
        JsonElement.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recordings", "provision-fsm-29.0.json")));

    private static readonly string[] addedSince =
    [
        "wait call-back + abort = deploy failed",
        "service hold + fail = service failed",
        "service failed + wait = service wait",
        "service failed + hold = service hold",
        "service failed + abort = active",
    ];

    [Fact]
    public void Table_HasTheTransitionsOfIronic()
    {
        var expected = recording.GetProperty("transitions").EnumerateArray()
            .Select(t => $"{t.GetProperty("state")} + {t.GetProperty("event")} = {t.GetProperty("next")}")
            .Concat(addedSince);

        var ours = ProvisionStates.All.SelectMany(s => s.Transitions.Select(t => $"{s.Name} + {t.Key.ToString().ToLowerInvariant()} = {t.Value.ToApiString()}"));

        ours.Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Table_HasTheTargetsOfIronic()
    {
        var expected = recording.GetProperty("targets").EnumerateObject().Select(t => $"{t.Name} → {t.Value}").Order(StringComparer.Ordinal);

        ProvisionStates.All.Select(s => $"{s.Name} → {s.Target?.ToApiString()}").Order(StringComparer.Ordinal).ShouldBe(expected);
    }

    [Theory]
    [InlineData("stable_states", ProvisionTraits.Stable)]
    [InlineData("update_allowed", ProvisionTraits.UpdateAllowed)]
    [InlineData("lookup_allowed", ProvisionTraits.LookupAllowed, "service wait")]
    [InlineData("fasttrack_lookup_allowed", ProvisionTraits.FastTrackLookupAllowed)]
    public void Trait_HoldsInTheStatesOfIronic(string set, ProvisionTraits trait, params string[] addedSince)
    {
        // "service" stands in Ironic's set of states but is none: it is the verb.
        var expected = Strings(set).Where(s => s != "service").Concat(addedSince).Order(StringComparer.Ordinal);

        StatesWith(trait).ShouldBe(expected);
    }

    [Fact]
    public void Waiting_HoldsWhereTheNextMoveIsTheMachines() =>
        StatesWith(ProvisionTraits.Waiting).ShouldBe(["clean wait", "inspect wait", "rescue wait", "service wait", "wait call-back"]);

    [Fact]
    public void LostOnRestart_HoldsInTheStatesThatIronicFailsAfterItsDeath() => StatesWith(ProvisionTraits.LostOnRestart).ShouldBe(
        ["adopting", "cleaning", "deleting", "deploying", "inspecting", "rescuing", "servicing", "unrescuing", "verifying"]);

    [Fact]
    public void Failed_HoldsInTheFailedStates() =>
        StatesWith(ProvisionTraits.Failed).ShouldBe(ProvisionStates.All.Select(s => s.Name).Where(n => n.EndsWith(" failed", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void LostOnRestart_ImpliesThatTheStateCanFail() =>
        ProvisionStates.All.Where(s => s.State.Has(ProvisionTraits.LostOnRestart)).ShouldAllBe(s => s.Transitions.ContainsKey(ProvisionEvent.Fail));

    [Fact]
    public void Name_IsReadBack_ForEveryState()
    {
        foreach (var state in Enum.GetValues<ProvisionState>())
        {
            ProvisionStates.TryParse(state.ToApiString(), out var parsed).ShouldBeTrue();
            parsed.ShouldBe(state);
        }

        ProvisionStates.TryParse("deploywait", out _).ShouldBeFalse();
        ProvisionStates.TryParse(null, out _).ShouldBeFalse();
    }

    [Fact]
    public void Verbs_StartTheEventsOfIronic()
    {
        // Ironic keeps "rebuild" apart from its verbs and takes it as a target all the same.
        var expected = recording.GetProperty("verbs").EnumerateObject().Select(v => $"{v.Name} → {v.Value}").Append("rebuild → rebuild");

        var ours = ProvisionVerbs.Words.Select(word =>
        {
            ProvisionVerbs.TryParse(word, out var verb).ShouldBeTrue();
            return $"{word} → {verb.ToEvent().ToString().ToLowerInvariant()}";
        });

        ours.Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
        ProvisionVerb.Deploy.ToApiString().ShouldBe("active");
        ProvisionVerb.Delete.ToApiString().ShouldBe("deleted");
        ProvisionVerbs.TryParse("done", out _).ShouldBeFalse();
    }

    private static IEnumerable<string> Strings(string set) => recording.GetProperty(set).EnumerateArray().Select(s => s.GetString()!);

    private static IEnumerable<string> StatesWith(ProvisionTraits trait) =>
        ProvisionStates.All.Where(s => s.State.Has(trait)).Select(s => s.Name).Order(StringComparer.Ordinal);
}
