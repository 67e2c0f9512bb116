namespace BootAppliance.Images;

/// <summary>Fetches images from a store, by URLs that it signs for itself: the store needs no password of ours.</summary>
public sealed class ObjectSource(IObjectStore store, HttpSource http, TimeProvider time) : IImageSource
{
    /// <inheritdoc/>
    public bool Reads(ImageReference image) => store.Holds(image);

    /// <inheritdoc/>
    public async Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation)
    {
        var result = await AskAsync(image, from, validators, cancellation);
        // Swift knows no If-Range: it sends the rest of whatever is there now, or says that there is none.
        if (from == 0 || result is ImageFetch.Failed { IsPassing: true } or ImageFetch.Opened { Offset: 0 }) return result;
        if (result is ImageFetch.Opened part)
        {
            if (validators is not null && part.Validators == validators) return part;
            await part.Content.DisposeAsync();
        }

        return await AskAsync(image, 0, null, cancellation);
    }

    private async Task<ImageFetch> AskAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation)
    {
        for (var key = 0; ; key++)
        {
            var url = new Uri(store.Sign(image, HttpMethod.Get, key, time.GetUtcNow(), onlyFor: null).Url);
            var result = await http.OpenAsync(url, [], isChecked: false, from, validators, cancellation);
            if (result is not ImageFetch.Failed { IsPassing: false } failed) return result;
            if (key + 1 == store.KeyCount) return failed with { Problem = $"{store.Name} does not give {image}: {failed.Problem}; {store.Advice(image)}" };
        }
    }
}
