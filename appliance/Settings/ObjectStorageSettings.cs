using BootAppliance.Images;

namespace BootAppliance.Settings;

public sealed record GlanceSettings
{
    public Uri? Endpoint { get; init; }

    /// <summary>A token that somebody else renews; none where Glance asks nobody who he is.</summary>
    public Secret Token { get; init; }

    public KeystoneSettings Keystone { get; init; } = new();
}

/// <summary>Where a token for Glance comes from.</summary>
public sealed record KeystoneSettings
{
    public Uri? Endpoint { get; init; }

    public string User { get; init; } = "";

    public Secret Password { get; init; }

    public string Project { get; init; } = "";

    public string Domain { get; init; } = "Default";
}

public enum TempUrlDigest
{
    Sha1,
    Sha256,
    Sha512,
}

public sealed record SwiftSettings
{
    public Uri? Endpoint { get; init; }

    public string Account { get; init; } = "";

    public string Container { get; init; } = "glance";

    /// <summary>How many characters of an image's id Glance chooses its container by; 0: it has one.</summary>
    public int MultipleContainersSeed { get; init; }

    public Secret TempUrlKey { get; init; }

    /// <summary>What signs where Swift refuses the first key.</summary>
    public Secret TempUrlKey2 { get; init; }

    public TimeSpan TempUrlDuration { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>How long a machine may take until its last download begins.</summary>
    public TimeSpan TempUrlExpectedDownloadStartDelay { get; init; }

    public TempUrlDigest TempUrlDigest { get; init; } = TempUrlDigest.Sha256;

    /// <summary>Objects whose names begin so are permitted together.</summary>
    public string TempUrlPrefix { get; init; } = "";

    /// <summary>Whether a URL is of use in the network of the machine that asked for its script only.</summary>
    public bool TempUrlIpRange { get; init; }
}

/// <summary>The way of images in S3.</summary>
public enum S3Delivery
{
    /// <summary>Through the cache, whatever the machine's firmware asks for.</summary>
    Proxy,

    /// <summary>Machines fetch them by presigned URLs.</summary>
    Direct,
}

public sealed record S3Settings
{
    public Uri? Endpoint { get; init; }

    public string Region { get; init; } = "";

    public string AccessKey { get; init; } = "";

    public Secret SecretKey { get; init; }

    public Secret SessionToken { get; init; }

    public S3AddressStyle AddressStyle { get; init; } = S3AddressStyle.Path;

    public TimeSpan UrlDuration { get; init; } = TimeSpan.FromMinutes(20);

    public S3Delivery Delivery { get; init; } = S3Delivery.Proxy;
}
