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
    /// <summary>The cache's folder; empty: <c>cache</c> beside the database.</summary>
    public string Path { get; init; } = "";

    public ByteSize Size { get; init; } = ByteSize.FromGiB(20);

    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What the cache leaves free on its disk.</summary>
    public ByteSize KeepFree { get; init; } = ByteSize.FromGiB(1);

    /// <summary>The folder, wherever it was said to be.</summary>
    public string Folder(StoreSettings store) => Path.Length > 0 ? Path : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(store.Path) ?? "/", "cache");
}
