namespace BootAppliance.Images;

/// <summary>How a machine gets an image at this moment.</summary>
public abstract record ImageRoute
{
    private ImageRoute() { }

    /// <summary>From the appliance.</summary>
    /// <param name="Path">The path below the root URL of the boot plane, percent-encoded, without a leading slash.</param>
    /// <param name="InsteadOf">Why the machine does not fetch it by itself, where it was meant to; null as a rule.</param>
    public sealed record Served(string Path, string? InsteadOf = null) : ImageRoute;

    /// <summary>By itself, from where the image is.</summary>
    /// <param name="Url">The absolute URL: one word in a boot script, without anything that a boot program expands.</param>
    /// <param name="Expires">When it is over, for a signed URL; null for any other.</param>
    public sealed record Direct(string Url, DateTimeOffset? Expires = null) : ImageRoute;

    /// <summary>Not now.</summary>
    /// <param name="Problem">Why, in one sentence without its full stop, for the operator and the machine's console.</param>
    public sealed record Unavailable(string Problem) : ImageRoute;
}
