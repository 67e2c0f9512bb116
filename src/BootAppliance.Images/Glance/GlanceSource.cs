namespace BootAppliance.Images;

/// <summary>Fetches images through Glance, wherever it keeps them.</summary>
public sealed class GlanceSource(GlanceClient glance, HttpSource http) : IImageSource
{
    /// <inheritdoc/>
    public bool Reads(ImageReference image) => image is ImageReference.Glance;

    /// <inheritdoc/>
    /// <remarks>An image's content never changes, and Glance sends no validators.</remarks>
    public async Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation)
    {
        var id = ((ImageReference.Glance)image).Image;
        var answer = await glance.ShowAsync(id, cancellation);
        if (answer.Image is null) return new ImageFetch.Failed(answer.Problem!, answer.IsPassing);
        var result = await ReadAsync(id, from, cancellation);
        // Glance gives no part of an image that it keeps in Swift.
        if (from > 0 && result is ImageFetch.Failed { IsPassing: false }) result = await ReadAsync(id, 0, cancellation);
        return result is ImageFetch.Opened opened ? opened with { Checksum = answer.Image.FindSum(), Length = opened.Length ?? answer.Image.Size } : result;
    }

    private async Task<ImageFetch> ReadAsync(Guid image, long from, CancellationToken cancellation) =>
        await http.OpenAsync(glance.FileUrl(image), await glance.HeadersAsync(cancellation), isChecked: true, from, validators: null, cancellation);
}
