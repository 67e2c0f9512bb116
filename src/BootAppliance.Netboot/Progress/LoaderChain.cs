using BootAppliance.Netboot.Loaders;

namespace BootAppliance.Netboot.Progress;

/// <summary>Loaders that load one another, as shim loads GRUB.</summary>
internal static class LoaderChain
{
    /// <summary>Whether a loader is the next stage of the one loaded just before it: a step ahead, and no new try. U-Boot loads GRUB without shim.</summary>
    public static bool Continues(string? previous, string? loader) =>
        LoaderTable.IsSecondStage(loader) && previous is not null && LoaderTable.LeadsToGrub(previous) && !LoaderTable.IsSecondStage(previous);
}
