using BootAppliance.Images.Signatures;

namespace BootAppliance.Commands.Answers;

internal sealed record ListedImagesAnswer(IReadOnlyList<ListedImageAnswer> Images);

internal sealed record ListedImageAnswer
{
    public string Image { get; init; } = "";

    public string Source { get; init; } = "";

    public string State { get; init; } = "";

    public long? Size { get; init; }

    public long Older { get; init; }

    public long? Loaded { get; init; }

    public bool Pinned { get; init; }

    public bool Evictable { get; init; }

    public long? Hits { get; init; }

    public long? Misses { get; init; }

    public DateTimeOffset? LastUsed { get; init; }

    public string? Problem { get; init; }

    public string? Format { get; init; }

    public string? Version { get; init; }

    public bool IsProgram { get; init; }

    public IReadOnlyList<EfiSignature> Signatures { get; init; } = [];
}
