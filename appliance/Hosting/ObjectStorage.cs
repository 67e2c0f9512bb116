using System.Security.Cryptography;
using BootAppliance.Images;
using BootAppliance.Settings;

namespace BootAppliance.Hosting;

/// <summary>Glance, Swift and S3 as far as the settings name them: where images are fetched from, who signs their URLs, and what is known of them.</summary>
internal sealed class ObjectStorage : IDisposable
{
    private static readonly TimeSpan connecting = TimeSpan.FromSeconds(3);

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = connecting, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    private readonly List<IImageSource> sources = [];
    private readonly List<ObjectSigner> signers = [];
    private readonly List<IImageLookup> lookups = [];
    private readonly KeystoneTokens? keystone;

    public ObjectStorage(ApplianceSettings settings, HttpSource http, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<ObjectStorage>();
        if (settings.Glance.Endpoint is { } endpoint)
        {
            keystone = Keystone(settings.Glance.Keystone) is { } login ? new KeystoneTokens(login, client) : null;
            IGlanceTokens? tokens = settings.Glance.Token.IsEmpty ? keystone : new FixedToken(settings.Glance.Token.Reveal());
            var glance = new GlanceClient(endpoint, tokens, client, new StoreClock("Glance", settings.Swift.TempUrlDuration, logger), time);
            // Before Swift, which may not have all of its images.
            sources.Add(new GlanceSource(glance, http));
            lookups.Add(new GlanceLookup(glance, time));
        }

        if (Swift(settings.Swift) is { } swift)
        {
            sources.Add(new ObjectSource(swift, http, time));
            if (settings.Images.UseSwift) signers.Add(new ObjectSigner(swift, client, new StoreClock(swift.Name, settings.Swift.TempUrlDuration, logger), time));
        }

        if (S3(settings.S3) is { } s3)
        {
            sources.Add(new ObjectSource(s3, http, time));
            if (settings.S3.Delivery == S3Delivery.Direct) signers.Add(new ObjectSigner(s3, client, new StoreClock(s3.Name, settings.S3.UrlDuration, logger), time));
        }

        lookups.AddRange(signers);
    }

    public IReadOnlyList<IImageSource> Sources => sources;

    public IReadOnlyList<IUrlSigner> Signers => signers;

    public IReadOnlyList<IImageLookup> Lookups => lookups;

    public void Dispose()
    {
        keystone?.Dispose();
        client.Dispose();
    }

    private static SwiftStore? Swift(SwiftSettings swift)
    {
        if (swift.Endpoint is not { } endpoint) return null;
        return new SwiftStore(new SwiftStoreSettings
        {
            Endpoint = endpoint,
            Account = StorageUrl.Split(endpoint).Account ?? swift.Account,
            Container = swift.Container,
            MultipleContainersSeed = swift.MultipleContainersSeed,
            Keys = [.. new[] { swift.TempUrlKey, swift.TempUrlKey2 }.Where(key => !key.IsEmpty).Select(key => key.Reveal())],
            Digest = swift.TempUrlDigest switch
            {
                TempUrlDigest.Sha1 => HashAlgorithmName.SHA1,
                TempUrlDigest.Sha512 => HashAlgorithmName.SHA512,
                _ => HashAlgorithmName.SHA256,
            },
            Duration = swift.TempUrlDuration,
            Prefix = swift.TempUrlPrefix,
        });
    }

    private static S3Store? S3(S3Settings s3) => s3.AccessKey.Length == 0 ? null : new S3Store(new S3StoreSettings
    {
        Endpoint = s3.Endpoint ?? new Uri($"https://s3.{s3.Region}.amazonaws.com"),
        Region = s3.Region,
        Credentials = new(s3.AccessKey, s3.SecretKey.Reveal(), s3.SessionToken.IsEmpty ? null : s3.SessionToken.Reveal()),
        AddressStyle = s3.AddressStyle,
        Duration = s3.UrlDuration,
    });

    private static KeystoneLogin? Keystone(KeystoneSettings keystone) =>
        keystone.Endpoint is { } endpoint ? new(endpoint, keystone.User, keystone.Password.Reveal(), keystone.Project, keystone.Domain) : null;
}
