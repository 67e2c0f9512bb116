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

    /// <summary>The networks of machines: a signed URL is of use in the one of the machine that it is for, and in the first one if it is for none of them; empty: everywhere.</summary>
    public IReadOnlyList<IPNetwork> OnlyFor { get; init; } = [];
}

/// <summary>The one place that decides how a machine gets an image; the URLs of all scripts come from here.</summary>
/// <param name="settings">What the operator decided.</param>
/// <param name="signers">Who signs URLs.</param>
/// <param name="lookups">Who knows of images before they are fetched.</param>
/// <param name="cache">Where images from elsewhere are served from; null: nowhere, and machines fetch by themselves what they can.</param>
/// <param name="time">The clock.</param>
public sealed class ImageDelivery(ImageDeliverySettings settings, IReadOnlyList<IUrlSigner> signers, IReadOnlyList<IImageLookup> lookups, ImageCache? cache, TimeProvider time)
{
    /// <summary>A machine that waits for its script gives up after some ten seconds.</summary>
    private static readonly TimeSpan preparing = TimeSpan.FromSeconds(5);

    /// <summary>The way of an image at this moment, from what is in memory.</summary>
    /// <param name="image">The image.</param>
    /// <param name="use">What the machine does with it.</param>
    public ImageRoute Route(ImageReference image, ImageUse use) => image switch
    {
        ImageReference.Local local => new ImageRoute.Served("images/" + ReferenceText.EncodePath(local.Path)),
        ImageReference.Remote remote when settings.RemoteUrls == RemoteUrls.Direct || cache is null => Straight(image, use, new ImageRoute.Direct(Word(remote.Address.AbsoluteUri))),
        _ when SignerOf(image, use) is { } signer => Signed(signer, image, use),
        _ => FromHere(image, use),
    };

    /// <summary>Finds out what <see cref="Route"/> needs to know of these images, and begins to fetch what is to be served from here; takes five seconds at most.</summary>
    /// <returns>Whether a script that was written before would be another one now.</returns>
    public Task<bool> PrepareAsync(IReadOnlyCollection<ImageReference> images, ImageUse use, CancellationToken cancellation) =>
        images.All(image => image is ImageReference.Local) ? Task.FromResult(false) : PrepareAllAsync(images, use, cancellation);

    private async Task<bool> PrepareAllAsync(IReadOnlyCollection<ImageReference> images, ImageUse use, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(preparing, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return (await Task.WhenAll(images.Distinct().Select(image => PrepareAsync(image, use, either.Token)))).Contains(true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>Brings an image that an instance lives by to where it stays when its source is gone; null, or why it cannot be had.</summary>
    /// <param name="image">The image.</param>
    /// <param name="progress">Is told how many bytes are here, and of how many where the source says so.</param>
    /// <param name="cancellation">Ends the waiting; the fetching goes on.</param>
    public async Task<string?> KeepAsync(ImageReference image, IProgress<(long Bytes, long? Length)>? progress, CancellationToken cancellation)
    {
        var use = new ImageUse(IsLasting: true);
        await PrepareAsync([image], use, cancellation);
        return Route(image, use) switch
        {
            // It waits for its turn, or is being asked for again.
            ImageRoute.Unavailable when IsFetched(image) && cache!.IsComing(image) => await cache.FetchAsync(image, progress, cancellation),
            ImageRoute.Served when IsFetched(image) => await cache!.FetchAsync(image, progress, cancellation),
            ImageRoute.Unavailable { Problem: var problem } => problem,
            _ => null,
        };
    }

    private async Task<bool> PrepareAsync(ImageReference image, ImageUse use, CancellationToken cancellation)
    {
        // Nothing that they find keeps what is here from a machine.
        var asked = SignerOf(image, use) is null && cache?.Has(image) == true ? [] : LookupsOf(image);
        var changed = await Task.WhenAll(asked.Select(lookup => lookup.LookUpAsync(image, cancellation)));
        var isOurs = Route(image, use) switch
        {
            ImageRoute.Served => image is not ImageReference.Local,
            // What could not be fetched a while ago may be fetched now; what is not there at its source may not.
            ImageRoute.Unavailable => IsFetched(image) && Problem(image) is null,
            _ => false,
        };
        return (isOurs && await cache!.PrepareAsync(image, cancellation)) || changed.Contains(true);
    }

    private ImageRoute Signed(IUrlSigner signer, ImageReference image, ImageUse use)
    {
        if (Problem(image) is { } problem) return new ImageRoute.Unavailable(problem);
        return signer.Sign(image, time.GetUtcNow(), NetworkOf(use.Machine)) switch
        {
            SignedUrl.Granted granted => Straight(image, use, new ImageRoute.Direct(Word(granted.Url), granted.Expires)),
            SignedUrl.CannotSign refused => FromHere(image, use) is ImageRoute.Served served ? served with { InsteadOf = refused.Problem } : new ImageRoute.Unavailable(refused.Problem),
            var other => throw new InvalidOperationException($"no way for {other.GetType().Name}"),
        };
    }

    private IPNetwork? NetworkOf(IPAddress? machine)
    {
        if (settings.OnlyFor is not [var first, ..]) return null;
        if (machine is { IsIPv4MappedToIPv6: true }) machine = machine.MapToIPv4();
        return settings.OnlyFor.Where(network => machine is not null && network.Contains(machine)).DefaultIfEmpty(first).First();
    }

    /// <summary>By itself, or from here where the boot program cannot.</summary>
    private ImageRoute Straight(ImageReference image, ImageUse use, ImageRoute.Direct direct)
    {
        if (!use.IsPlainHttpOnly || direct.Url.StartsWith("http:", StringComparison.OrdinalIgnoreCase)) return direct;
        var why = $"{image.Label} is behind https, and its boot program loads over http only";
        return FromHere(image, use) switch
        {
            ImageRoute.Served served => served with { InsteadOf = why },
            ImageRoute.Unavailable not => new ImageRoute.Unavailable($"{why}; {not.Problem}"),
            var other => other,
        };
    }

    /// <summary>What is here is served, whatever has become of it at its source.</summary>
    private ImageRoute FromHere(ImageReference image, ImageUse use)
    {
        if (cache is null || (image is not ImageReference.OwnFile && !cache.Serves(image))) return new ImageRoute.Unavailable($"images such as {image.Label} are not served: no source for them is set up");
        var isHere = image is not ImageReference.OwnFile && cache.Has(image);
        var problem = isHere ? null : Problem(image) ?? cache.FindProblem(image);
        if (problem is not null) return new ImageRoute.Unavailable(Naming(image, problem));
        return use.IsDisc && !isHere && IsFetched(image)
            ? new ImageRoute.Unavailable($"{image.Label} is still being fetched from its source, and a disc image must be whole")
            : new ImageRoute.Served(cache.PathOf(image));
    }

    private IUrlSigner? SignerOf(ImageReference image, ImageUse use) => use.IsLasting ? null : signers.FirstOrDefault(signer => signer.Signs(image));

    /// <summary>Whether it is fetched from elsewhere before it can be served from here.</summary>
    private bool IsFetched(ImageReference image) => cache?.Serves(image) == true;

    private IEnumerable<IImageLookup> LookupsOf(ImageReference image) => lookups.Where(lookup => lookup.Knows(image));

    private string? Problem(ImageReference image) => LookupsOf(image).Select(lookup => lookup.FindProblem(image)).FirstOrDefault(problem => problem is not null);

    private static string Naming(ImageReference image, string problem) => problem.Contains(image.Label, StringComparison.Ordinal) ? problem : $"{image.Label}: {problem}";

    /// <summary>Uri leaves <c>$</c> and quotes alone; iPXE expands <c>${</c> wherever it stands in a script line, and GRUB ends words at quotes.</summary>
    private static string Word(string url) => url.Replace("$", "%24", StringComparison.Ordinal).Replace("'", "%27", StringComparison.Ordinal);
}
