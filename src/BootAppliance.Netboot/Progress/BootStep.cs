using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Progress;

/// <summary>The steps of a network boot, in the order in which a machine takes them.</summary>
public enum BootStep
{
    /// <summary>Nothing was seen of the machine.</summary>
    Nothing,

    /// <summary>The firmware was offered an address.</summary>
    FirmwareOffer,

    /// <summary>The firmware took the address.</summary>
    FirmwareAddress,

    /// <summary>The firmware loaded the network boot program.</summary>
    Loader,

    /// <summary>iPXE fetched the script that it looks for beside itself.</summary>
    Autoexec,

    /// <summary>iPXE was offered an address.</summary>
    IpxeOffer,

    /// <summary>iPXE took the address.</summary>
    IpxeAddress,

    /// <summary>iPXE fetched the catch-all script, or GRUB the catch-all configuration.</summary>
    CatchAll,

    /// <summary>iPXE or GRUB fetched the script of its node.</summary>
    Script,

    /// <summary>The kernel or an initrd was loaded, or a good part of it.</summary>
    Images,

    /// <summary>The booted system asked for an address of its own.</summary>
    System,

    /// <summary>The agent on the machine looked its node up.</summary>
    AgentLookup,

    /// <summary>The agent reported: with a heartbeat, or with what its inspection found.</summary>
    AgentReport,

    /// <summary>The machine was sent to its local disk.</summary>
    LocalDisk,
}

/// <summary>Which step an event of the timeline shows.</summary>
public static class BootSteps
{
    /// <summary>The step that an event proves, or null for an event that is no step of a boot.</summary>
    public static BootStep? Of(MachineEvent seen) => (seen.Kind, seen.Stage) switch
    {
        (MachineEventKind.DhcpOffer, BootStage.Firmware) => BootStep.FirmwareOffer,
        (MachineEventKind.DhcpAck, BootStage.Firmware) => BootStep.FirmwareAddress,
        (MachineEventKind.DhcpOffer, BootStage.Ipxe) => BootStep.IpxeOffer,
        (MachineEventKind.DhcpAck, BootStage.Ipxe) => BootStep.IpxeAddress,
        (MachineEventKind.DhcpAck, BootStage.System) => BootStep.System,
        (MachineEventKind.LoaderSent, _) => BootStep.Loader,
        (MachineEventKind.AutoexecFetched, _) => BootStep.Autoexec,
        (MachineEventKind.CatchAllFetched, _) => BootStep.CatchAll,
        (MachineEventKind.ScriptServed, _) => BootStep.Script,
        (MachineEventKind.ImageProgress or MachineEventKind.ImageSent, _) => BootStep.Images,
        (MachineEventKind.AgentLookup, _) => BootStep.AgentLookup,
        (MachineEventKind.AgentHeartbeat or MachineEventKind.InspectionReport, _) => BootStep.AgentReport,
        (MachineEventKind.LocalBoot, _) => BootStep.LocalDisk,
        _ => null,
    };
}
