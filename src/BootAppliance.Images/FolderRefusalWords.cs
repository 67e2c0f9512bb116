namespace BootAppliance.Images;

/// <summary>What people are told when a file of a <see cref="ConfinedFolder"/> was not opened.</summary>
public static class FolderRefusalWords
{
    /// <summary>Why, and what to do about it, in one sentence without its full stop that speaks of the file as "it".</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="root">The full path of the folder.</param>
    public static string Words(this FolderRefusal refusal, string root) => refusal switch
    {
        FolderRefusal.AccessDenied => $"this user may not read it below {root}",
        FolderRefusal.CannotOpen => "it cannot be opened at this moment: the appliance has too many files open (ulimit -n), or the disk fails (dmesg)",
        FolderRefusal.OutsideRoot => $"it leads out of {root}",
        FolderRefusal.OnlyUdf => $"the image keeps its files in UDF, which is not read here: unpack it below {root}",
        FolderRefusal.DamagedImage => "the image is damaged there, or was not copied to its end",
        FolderRefusal.NotAsItLies => $"it is compressed or in pieces inside of the image: unpack it below {root}",
        _ => $"there is no such file below {root}",
    };
}
