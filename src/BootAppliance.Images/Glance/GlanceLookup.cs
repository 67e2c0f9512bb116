namespace BootAppliance.Images;

/// <summary>Knows of images in Glance whether they are there and ready.</summary>
public sealed class GlanceLookup : IImageLookup
{
    private static readonly TimeSpan believed = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan troubleBelieved = TimeSpan.FromSeconds(5);

    private readonly FreshKnowledge<GlanceAnswer> known;

    /// <summary>Looks into a Glance.</summary>
    public GlanceLookup(GlanceClient glance, TimeProvider time) =>
        known = new(image => glance.ShowAsync(((ImageReference.Glance)image).Image, CancellationToken.None), answer => answer.Image is null ? troubleBelieved : believed, time);

    /// <inheritdoc/>
    public bool Knows(ImageReference image) => image is ImageReference.Glance;

    /// <inheritdoc/>
    /// <remarks>While Glance cannot be asked, as with a token that is over, its images may still be in Swift or in the cache.</remarks>
    public string? FindProblem(ImageReference image) => known.Find(image) is { Image: null, IsPassing: false } answer ? answer.Problem : null;

    /// <inheritdoc/>
    public Task<bool> LookUpAsync(ImageReference image, CancellationToken cancellation) => known.LookUpAsync(image, cancellation);
}
