namespace BootAppliance.Settings;

public sealed record GlanceSettings
{
    public Uri? Endpoint { get; init; }
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

    public Secret TempUrlKey { get; init; }

    public TimeSpan TempUrlDuration { get; init; } = TimeSpan.FromMinutes(20);

    public TempUrlDigest TempUrlDigest { get; init; } = TempUrlDigest.Sha256;
}

public sealed record S3Settings
{
    public Uri? Endpoint { get; init; }

    public string Region { get; init; } = "";

    public string AccessKey { get; init; } = "";

    public Secret SecretKey { get; init; }
}
