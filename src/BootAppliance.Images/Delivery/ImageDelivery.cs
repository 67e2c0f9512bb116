using System.Net;

namespace BootAppliance.Images;

/// <summary>Whether images on other HTTP servers go through the cache.</summary>
public enum RemoteUrls
{
    /// <summary>Machines get them from the appliance.</summary>
    Cache,

    /// <summary>Machines fetch them by themselves.</summary>
    Direct,
}

/// <summary>What the operator decided about the way of images.</summary>
public sealed record ImageDeliverySettings
{
    /// <summary>The way of images on other HTTP servers.</summary>
    public RemoteUrls RemoteUrls { get; init; } = RemoteUrls.Cache;

    /// <summary>The addresses that may use a signed URL; null: all.</summary>
    public IPNetwork? OnlyFor { get; init; }
}

/// <summary>The one place that decides how a machine gets an image; the URLs of all scripts come from here.</summary>
public sealed class ImageDelivery(ImageDeliverySettings settings, IReadOnlyList<IUrlSigner> signers, IReadOnlyList<IImageLookup> lookups, TimeProvider time)
{
    /// <summary>A machine that waits for its script gives up after some ten seconds.</summary>
    private static readonly TimeSpan preparing = TimeSpan.FromSeconds(5);

    /// <summary>The way of an image at this moment, from what is in memory.</summary>
    /// <param name="image">The image.</param>
    /// <param name="lasting">Whether it is for an instance that lives on the network, which must start again when a signed URL is over and the image is gone.</param>
    public ImageRoute Route(ImageReference image, bool lasting) => image switch
    {
        ImageReference.Local local => new ImageRoute.Served("images/" + ReferenceText.EncodePath(local.Path)),
        ImageReference.Remote remote => new ImageRoute.Direct(Word(remote.Address.AbsoluteUri)),
        _ when !lasting && signers.FirstOrDefault(signer => signer.Signs(image)) is { } signer => Signed(signer, image),
        _ => FromHere(image),
    };

    /// <summary>Finds out what <see cref="Route"/> needs to know of these images; takes five seconds at most.</summary>
    /// <returns>Whether something is known now that was not before.</returns>
    public async Task<bool> PrepareAsync(IEnumerable<ImageReference> images, bool lasting, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(preparing);
        var looks = images.Distinct().SelectMany(image => lookups.Where(lookup => lookup.Knows(image)).Select(lookup => lookup.LookUpAsync(image, limit.Token)));
        try
        {
            return (await Task.WhenAll(looks)).Contains(true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return true;
        }
    }

    private ImageRoute Signed(IUrlSigner signer, ImageReference image)
    {
        if (Problem(image) is { } problem) return new ImageRoute.Unavailable(problem);
        return signer.Sign(image, time.GetUtcNow(), settings.OnlyFor) switch
        {
            SignedUrl.Granted granted => new ImageRoute.Direct(Word(granted.Url), granted.Expires),
            SignedUrl.CannotSign refused => new ImageRoute.Unavailable(refused.Problem),
            var other => throw new InvalidOperationException($"no way for {other.GetType().Name}"),
        };
    }

    private ImageRoute.Unavailable FromHere(ImageReference image) => new(Problem(image) ?? $"{image} cannot be fetched: images from there are not served yet");

    private string? Problem(ImageReference image) => lookups.Where(lookup => lookup.Knows(image)).Select(lookup => lookup.FindProblem(image)).FirstOrDefault(problem => problem is not null);

    /// <summary>Uri leaves <c>$</c> and quotes alone; iPXE expands <c>${</c> wherever it stands in a script line, and GRUB ends words at quotes.</summary>
    private static string Word(string url) => url.Replace("$", "%24", StringComparison.Ordinal).Replace("'", "%27", StringComparison.Ordinal);
}
