namespace BootAppliance.Images;

/// <summary>Finds out what must be known of an image before a machine is sent for it: whether it is there and ready, where it lies.</summary>
public interface IImageLookup
{
    /// <summary>Whether images of this kind are looked up.</summary>
    bool Knows(ImageReference image);

    /// <summary>What the last look found to be wrong with the image, in one sentence without its full stop; null: nothing, or nobody has looked yet.</summary>
    string? FindProblem(ImageReference image);

    /// <summary>Looks, unless what is known is still fresh.</summary>
    /// <returns>Whether something else is known now than before.</returns>
    Task<bool> LookUpAsync(ImageReference image, CancellationToken cancellation);
}
