using BootAppliance.Lab.Machines;

namespace BootAppliance.Lab.Matrix;

/// <summary>Every kind of firmware over every path that makes a difference to it.</summary>
public static class BootMatrix
{
    public static readonly IReadOnlyList<BootCase> Cases =
    [
        .. MachineKinds.All.Select(kind => new BootCase(kind, BootPath.Direct)),
        .. Over(BootPath.LossyWire, MachineKinds.BiosPxe, MachineKinds.UefiPxe),
        .. Over(BootPath.Relay, MachineKinds.BiosPxe, MachineKinds.UefiPxe, MachineKinds.UefiHttp),
        .. Over(BootPath.BesideDnsmasq, MachineKinds.BiosRom, MachineKinds.BiosPxe, MachineKinds.UefiPxe, MachineKinds.UefiHttp, MachineKinds.SecureBoot),
        .. Over(BootPath.BesideKea, MachineKinds.BiosRom, MachineKinds.BiosPxe, MachineKinds.UefiPxe),
        .. Over(BootPath.ExportedToDnsmasq, MachineKinds.BiosPxe, MachineKinds.UefiPxe, MachineKinds.UefiHttp),
        .. Over(BootPath.ExportedToKea, MachineKinds.BiosPxe, MachineKinds.UefiPxe, MachineKinds.UefiHttp),
    ];

    /// <summary>The case with that name, or null.</summary>
    public static BootCase? Named(string name) => Cases.FirstOrDefault(boot => boot.Name == name);

    private static IEnumerable<BootCase> Over(BootPath path, params IEnumerable<MachineKind> kinds) => kinds.Select(kind => new BootCase(kind, path));
}
