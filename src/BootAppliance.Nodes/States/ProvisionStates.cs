using System.Collections.Immutable;
using static BootAppliance.Nodes.ProvisionState;
using static BootAppliance.Nodes.ProvisionTraits;
using On = BootAppliance.Nodes.ProvisionEvent;

namespace BootAppliance.Nodes;

/// <summary>
/// The whole provision state machine of Ironic as one table. It is that of release 29.0 with the transitions that later releases added:
/// <c>abort</c> while a deployment waits, <c>fail</c> while a service is held, and <c>wait</c>, <c>hold</c> and <c>abort</c> after a failed service.
/// </summary>
public static class ProvisionStates
{
    private const ProvisionTraits Agent = LookupAllowed | FastTrackLookupAllowed;

    private static readonly ProvisionStateInfo[] table =
    [
        new(Enroll, "enroll", null, Stable | FastTrackLookupAllowed,
            "The node is known, and nothing about it was verified yet.",
            (On.Manage, Verifying)),
        new(Verifying, "verifying", Manageable, LostOnRestart | UpdateAllowed,
            "It is being checked whether the node's power can be controlled.",
            (On.Done, Manageable), (On.Fail, Enroll)),
        new(Manageable, "manageable", null, Stable | FastTrackLookupAllowed,
            "The node can be controlled, and is kept from use until it is provided.",
            (On.Provide, Cleaning), (On.Clean, Cleaning), (On.Inspect, Inspecting), (On.Adopt, Adopting)),
        new(Available, "available", null, Stable | FastTrackLookupAllowed,
            "The node is ready for an instance.",
            (On.Deploy, Deploying), (On.Manage, Manageable)),
        new(Active, "active", null, Stable,
            "The node runs its instance.",
            (On.Rebuild, Deploying), (On.Delete, Deleting), (On.Rescue, Rescuing), (On.Service, Servicing)),
        new(Error, "error", null, Stable | UpdateAllowed,
            "The instance could not be taken away.",
            (On.Rebuild, Deploying), (On.Delete, Deleting)),

        new(Deploying, "deploying", Active, LostOnRestart | Agent,
            "The instance is being given to the node.",
            (On.Wait, DeployWait), (On.Hold, DeployHold), (On.Done, Active), (On.Fail, DeployFailed)),
        new(DeployWait, "wait call-back", Active, Waiting | Agent,
            "The node was told to boot the deployment system, which is expected to report.",
            (On.Resume, Deploying), (On.Hold, DeployHold), (On.Fail, DeployFailed), (On.Abort, DeployFailed), (On.Delete, Deleting)),
        new(DeployHold, "deploy hold", Active, None,
            "The deployment stands at a hold step until it is told to go on.",
            (On.Unhold, DeployWait), (On.Abort, DeployFailed)),
        new(DeployFailed, "deploy failed", Active, Failed | UpdateAllowed,
            "The instance could not be given to the node.",
            (On.Deploy, Deploying), (On.Rebuild, Deploying), (On.Delete, Deleting)),
        new(Deleting, "deleting", Available, LostOnRestart,
            "The instance is being taken away.",
            (On.Clean, Cleaning), (On.Fail, Error)),

        new(Cleaning, "cleaning", Available, LostOnRestart | Agent,
            "The node is being cleaned.",
            (On.Done, Available), (On.Manage, Manageable), (On.Wait, CleanWait), (On.Hold, CleanHold), (On.Fail, CleanFailed)),
        new(CleanWait, "clean wait", Available, Waiting | Agent,
            "The node was told to boot the cleaning system, which is expected to report.",
            (On.Resume, Cleaning), (On.Hold, CleanHold), (On.Fail, CleanFailed), (On.Abort, CleanFailed)),
        new(CleanHold, "clean hold", Available, None,
            "The cleaning stands at a hold step until it is told to go on.",
            (On.Unhold, CleanWait), (On.Abort, CleanFailed)),
        new(CleanFailed, "clean failed", Available, Failed | UpdateAllowed,
            "The node could not be cleaned.",
            (On.Manage, Manageable)),

        new(Inspecting, "inspecting", Manageable, LostOnRestart | UpdateAllowed | Agent,
            "The node's hardware is being looked at.",
            (On.Done, Manageable), (On.Wait, InspectWait), (On.Fail, InspectFailed)),
        new(InspectWait, "inspect wait", Manageable, Waiting | UpdateAllowed | Agent,
            "The node was told to boot the inspection system, which is expected to report.",
            (On.Done, Manageable), (On.Resume, Inspecting), (On.Fail, InspectFailed), (On.Abort, InspectFailed)),
        new(InspectFailed, "inspect failed", Manageable, Failed | UpdateAllowed,
            "The node's hardware could not be looked at.",
            (On.Manage, Manageable), (On.Inspect, Inspecting)),

        new(Adopting, "adopting", Active, LostOnRestart,
            "A machine that already runs its instance is being taken over.",
            (On.Done, Active), (On.Fail, AdoptFailed)),
        new(AdoptFailed, "adopt failed", Active, Failed | UpdateAllowed,
            "The running machine could not be taken over.",
            (On.Adopt, Adopting), (On.Manage, Manageable)),

        new(Rescue, "rescue", null, Stable,
            "The node runs the rescue system.",
            (On.Rescue, Rescuing), (On.Unrescue, Unrescuing), (On.Delete, Deleting)),
        new(Rescuing, "rescuing", Rescue, LostOnRestart | Agent,
            "The node is being taken to the rescue system.",
            (On.Done, Rescue), (On.Wait, RescueWait), (On.Fail, RescueFailed)),
        new(RescueWait, "rescue wait", Rescue, Waiting | Agent,
            "The node was told to boot the rescue system, which is expected to report.",
            (On.Resume, Rescuing), (On.Fail, RescueFailed), (On.Abort, RescueFailed), (On.Delete, Deleting)),
        new(RescueFailed, "rescue failed", Rescue, Failed | UpdateAllowed,
            "The node could not be taken to the rescue system.",
            (On.Rescue, Rescuing), (On.Unrescue, Unrescuing), (On.Delete, Deleting)),
        new(Unrescuing, "unrescuing", Active, LostOnRestart,
            "The node is being taken from the rescue system back to its instance.",
            (On.Done, Active), (On.Fail, UnrescueFailed)),
        new(UnrescueFailed, "unrescue failed", Active, Failed | UpdateAllowed,
            "The node could not be taken from the rescue system back to its instance.",
            (On.Rescue, Rescuing), (On.Unrescue, Unrescuing), (On.Delete, Deleting)),

        new(Servicing, "servicing", Active, LostOnRestart | FastTrackLookupAllowed,
            "Service steps run on the node.",
            (On.Done, Active), (On.Wait, ServiceWait), (On.Hold, ServiceHold), (On.Fail, ServiceFailed)),
        new(ServiceWait, "service wait", Active, Waiting | Agent,
            "The node was told to boot the service system, which is expected to report.",
            (On.Resume, Servicing), (On.Hold, ServiceHold), (On.Fail, ServiceFailed), (On.Abort, ServiceFailed), (On.Delete, Deleting)),
        new(ServiceHold, "service hold", Active, UpdateAllowed | FastTrackLookupAllowed,
            "The service stands at a hold step until it is told to go on.",
            (On.Service, Servicing), (On.Unhold, ServiceWait), (On.Fail, ServiceFailed), (On.Abort, ServiceFailed)),
        new(ServiceFailed, "service failed", Active, Failed | UpdateAllowed,
            "The service steps failed.",
            (On.Service, Servicing), (On.Rescue, Rescuing), (On.Wait, ServiceWait), (On.Hold, ServiceHold), (On.Delete, Deleting),
            (On.Abort, Active)),
    ];

    private static readonly ImmutableArray<ProvisionStateInfo> byState = [.. table.OrderBy(row => row.State)];
    private static readonly Dictionary<string, ProvisionState> byName = table.ToDictionary(row => row.Name, row => row.State);

    /// <summary>Every row of the table, in the order of the enumeration.</summary>
    public static IReadOnlyList<ProvisionStateInfo> All => byState;

    /// <summary>The row of a state.</summary>
    public static ProvisionStateInfo Info(this ProvisionState state) => byState[(int)state];

    /// <summary>The state as the API writes it, as in <c>wait call-back</c>.</summary>
    public static string ToApiString(this ProvisionState state) => state.Info().Name;

    /// <summary>Whether a trait holds in this state.</summary>
    public static bool Has(this ProvisionState state, ProvisionTraits trait) => (state.Info().Traits & trait) == trait;

    /// <summary>Where an event leads from a state; null when it is not allowed there.</summary>
    public static ProvisionState? Next(this ProvisionState state, ProvisionEvent @event) =>
        state.Info().Transitions.TryGetValue(@event, out var next) ? next : null;

    /// <summary>Reads what the API writes.</summary>
    public static bool TryParse(string? name, out ProvisionState state) => byName.TryGetValue(name ?? "", out state);
}
