using System.Net;

namespace BootAppliance.Images;

/// <summary>What came of signing a URL.</summary>
public abstract record SignedUrl
{
    private SignedUrl() { }

    /// <summary>A URL that needs no credentials, for a while.</summary>
    /// <param name="Url">The absolute URL.</param>
    /// <param name="Expires">When it is over.</param>
    public sealed record Granted(string Url, DateTimeOffset Expires) : SignedUrl;

    /// <summary>None; the machine gets the image from the appliance instead.</summary>
    /// <param name="Problem">Why, in one sentence without its full stop.</param>
    public sealed record CannotSign(string Problem) : SignedUrl;
}

/// <summary>Makes URLs by which machines fetch an image from an object store by themselves.</summary>
public interface IUrlSigner
{
    /// <summary>Whether images of this kind are to be fetched by signed URLs.</summary>
    bool Signs(ImageReference image);

    /// <summary>Signs from what is in memory; asks nobody.</summary>
    /// <param name="image">An image that <see cref="Signs"/> said yes to.</param>
    /// <param name="now">The time.</param>
    /// <param name="onlyFor">The addresses that may use the URL; null: all.</param>
    SignedUrl Sign(ImageReference image, DateTimeOffset now, IPNetwork? onlyFor);
}
