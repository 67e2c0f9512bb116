using BootAppliance.Images;

namespace BootAppliance.Settings;

public sealed record ImagesSettings
{
    public ImageCacheSettings Cache { get; init; } = new();

    /// <summary>The folders outside of <c>Http:Root</c> that <c>file:///</c> references may lie in.</summary>
    public IReadOnlyList<string> AllowedRoots { get; init; } = [];

    public RemoteUrls RemoteUrls { get; init; } = RemoteUrls.Cache;

    /// <summary>Whether machines fetch images from Swift by signed URLs instead of from here.</summary>
    public bool UseSwift { get; init; }
}

public sealed record ImageCacheSettings
{
    public string Path { get; init; } = "/var/lib/bootappliance/cache";

    public ByteSize Size { get; init; } = ByteSize.FromGiB(20);

    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);
}
