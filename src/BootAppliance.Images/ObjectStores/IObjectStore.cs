using System.Net;

namespace BootAppliance.Images;

/// <summary>A store whose objects are fetched by signed URLs.</summary>
public interface IObjectStore
{
    /// <summary>How people call it.</summary>
    string Name { get; }

    /// <summary>How many keys there are to sign with.</summary>
    int KeyCount { get; }

    /// <summary>Whether images of this kind can be in it.</summary>
    bool Holds(ImageReference image);

    /// <summary>What to look at when it refuses a signature, as a question.</summary>
    string Advice(ImageReference image);

    /// <summary>Signs the URL of an image.</summary>
    /// <param name="image">An image of a kind that it <see cref="Holds"/>.</param>
    /// <param name="method">What is to be done with it.</param>
    /// <param name="key">Which key signs, from 0.</param>
    /// <param name="now">The time.</param>
    /// <param name="onlyFor">The addresses that may use the URL, where the store knows such a thing; null: all.</param>
    SignedUrl.Granted Sign(ImageReference image, HttpMethod method, int key, DateTimeOffset now, IPNetwork? onlyFor);
}
