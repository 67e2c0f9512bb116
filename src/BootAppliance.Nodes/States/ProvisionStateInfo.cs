using System.Collections.Frozen;

namespace BootAppliance.Nodes;

/// <summary>What holds while a node is in a provision state.</summary>
[Flags]
public enum ProvisionTraits
{
    /// <summary>Nothing in particular.</summary>
    None = 0,

    /// <summary>Nothing is under way.</summary>
    Stable = 1 << 0,

    /// <summary>The next move is the machine's: it has been told what to boot and is expected to report.</summary>
    Waiting = 1 << 1,

    /// <summary>The work is done in this process and cannot be picked up again after a restart.</summary>
    LostOnRestart = 1 << 2,

    /// <summary>The last work failed.</summary>
    Failed = 1 << 3,

    /// <summary>The node may be changed while it has a target state.</summary>
    UpdateAllowed = 1 << 4,

    /// <summary>The agent on the machine may look its node up.</summary>
    LookupAllowed = 1 << 5,

    /// <summary>The agent may look its node up when agents are left running between jobs (fast track).</summary>
    FastTrackLookupAllowed = 1 << 6,
}

/// <summary>One row of the provision state machine.</summary>
public sealed class ProvisionStateInfo
{
    internal ProvisionStateInfo(ProvisionState state, string name, ProvisionState? target, ProvisionTraits traits, string sentence,
        params (ProvisionEvent Event, ProvisionState Next)[] transitions)
    {
        State = state;
        Name = name;
        Target = target;
        Traits = traits;
        Sentence = sentence;
        Transitions = transitions.ToFrozenDictionary(t => t.Event, t => t.Next);
    }

    /// <summary>The state that this row is about.</summary>
    public ProvisionState State { get; }

    /// <summary>The state as the API writes it, as in <c>wait call-back</c>.</summary>
    public string Name { get; }

    /// <summary>Where a node in this state is being taken, unless the verb said otherwise; null where it rests.</summary>
    public ProvisionState? Target { get; }

    /// <summary>What holds in this state.</summary>
    public ProvisionTraits Traits { get; }

    /// <summary>What the state means, in one sentence for people.</summary>
    public string Sentence { get; }

    /// <summary>Where each event leads from here; an event that is not listed is refused.</summary>
    public FrozenDictionary<ProvisionEvent, ProvisionState> Transitions { get; }
}
