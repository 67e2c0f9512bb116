namespace BootAppliance.Nodes;

/// <summary>What moves a node from one provision state to the next: a verb that somebody asked for, or something that happened on the way.</summary>
public enum ProvisionEvent
{
    /// <summary>Asked: verify the node, or take it back from service.</summary>
    Manage,

    /// <summary>Asked: make the node available.</summary>
    Provide,

    /// <summary>Asked: inspect the node's hardware.</summary>
    Inspect,

    /// <summary>Asked, or the way back from an instance: clean the node.</summary>
    Clean,

    /// <summary>Asked: take over a machine that already runs its instance.</summary>
    Adopt,

    /// <summary>Asked: give the node an instance.</summary>
    Deploy,

    /// <summary>Asked: give the node the same instance anew.</summary>
    Rebuild,

    /// <summary>Asked: take the instance away.</summary>
    Delete,

    /// <summary>Asked: boot the rescue system.</summary>
    Rescue,

    /// <summary>Asked: boot the instance again.</summary>
    Unrescue,

    /// <summary>Asked: run service steps on an active node.</summary>
    Service,

    /// <summary>Asked: give up what is waiting.</summary>
    Abort,

    /// <summary>Asked: go on after a hold step.</summary>
    Unhold,

    /// <summary>Happened: the work of the state is complete.</summary>
    Done,

    /// <summary>Happened: the work of the state failed.</summary>
    Fail,

    /// <summary>Happened: the next move is the machine's.</summary>
    Wait,

    /// <summary>Happened: the machine reported and the work goes on.</summary>
    Resume,

    /// <summary>Happened: a hold step was reached.</summary>
    Hold,
}
