namespace BootAppliance.Nodes;

/// <summary>Where a node is in its life, in Ironic's terms; <see cref="ProvisionStates"/> says what each one means and where it leads.</summary>
public enum ProvisionState
{
    /// <summary><c>enroll</c></summary>
    Enroll,

    /// <summary><c>verifying</c></summary>
    Verifying,

    /// <summary><c>manageable</c></summary>
    Manageable,

    /// <summary><c>available</c></summary>
    Available,

    /// <summary><c>active</c></summary>
    Active,

    /// <summary><c>error</c></summary>
    Error,

    /// <summary><c>deploying</c></summary>
    Deploying,

    /// <summary><c>wait call-back</c></summary>
    DeployWait,

    /// <summary><c>deploy hold</c></summary>
    DeployHold,

    /// <summary><c>deploy failed</c></summary>
    DeployFailed,

    /// <summary><c>deleting</c></summary>
    Deleting,

    /// <summary><c>cleaning</c></summary>
    Cleaning,

    /// <summary><c>clean wait</c></summary>
    CleanWait,

    /// <summary><c>clean hold</c></summary>
    CleanHold,

    /// <summary><c>clean failed</c></summary>
    CleanFailed,

    /// <summary><c>inspecting</c></summary>
    Inspecting,

    /// <summary><c>inspect wait</c></summary>
    InspectWait,

    /// <summary><c>inspect failed</c></summary>
    InspectFailed,

    /// <summary><c>adopting</c></summary>
    Adopting,

    /// <summary><c>adopt failed</c></summary>
    AdoptFailed,

    /// <summary><c>rescue</c></summary>
    Rescue,

    /// <summary><c>rescuing</c></summary>
    Rescuing,

    /// <summary><c>rescue wait</c></summary>
    RescueWait,

    /// <summary><c>rescue failed</c></summary>
    RescueFailed,

    /// <summary><c>unrescuing</c></summary>
    Unrescuing,

    /// <summary><c>unrescue failed</c></summary>
    UnrescueFailed,

    /// <summary><c>servicing</c></summary>
    Servicing,

    /// <summary><c>service wait</c></summary>
    ServiceWait,

    /// <summary><c>service hold</c></summary>
    ServiceHold,

    /// <summary><c>service failed</c></summary>
    ServiceFailed,
}
