namespace BootAppliance.Images;

/// <summary>Where the cache is and how much it may take.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Size">What it may hold, in bytes.</param>
/// <param name="TimeToLive">What nobody asked for, for so long, is removed.</param>
/// <param name="KeepFree">What it leaves free on the disk, in bytes.</param>
public sealed record ImageCacheLimits(string Path, long Size, TimeSpan TimeToLive, long KeepFree);
