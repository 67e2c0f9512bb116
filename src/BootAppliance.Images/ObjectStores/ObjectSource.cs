namespace BootAppliance.Images;

/// <summary>Fetches images from a store, by URLs that it signs for itself: the store needs no password of ours.</summary>
public sealed class ObjectSource(IObjectStore store, HttpSource http, TimeProvider time) : IImageSource
{
    /// <inheritdoc/>
    public bool Reads(ImageReference image) => store.Holds(image);

    /// <inheritdoc/>
    public async Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation)
    {
        for (var key = 0; ; key++)
        {
            var url = new Uri(store.Sign(image, HttpMethod.Get, key, time.GetUtcNow(), onlyFor: null).Url);
            var result = await http.OpenAsync(url, [], isChecked: false, from, validators, cancellation);
            if (result is not ImageFetch.Failed { IsPassing: false } failed) return result;
            // It says so only to a key that it takes: nothing is wrong with that.
            if (failed.IsMissing) return failed with { Problem = $"{store.Name} has no {image} (404)" };
            if (key + 1 == store.KeyCount) return failed with { Problem = $"{store.Name} does not give {image}: {failed.Problem}; {store.Advice(image)}" };
        }
    }
}
