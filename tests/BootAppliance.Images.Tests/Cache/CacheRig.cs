using System.Security.Cryptography;
using BootAppliance.Images;
using BootAppliance.Tests.Access;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Tests;

/// <summary>A cache in a folder of its own, which can be stopped and started again.</summary>
internal sealed class CacheRig : IAsyncDisposable
{
    private readonly HttpSource source;

    public CacheRig(TimeSpan? silence = null, long size = 1L << 30, long keepFree = 0, string? path = null)
    {
        Path = path ?? Directory.CreateTempSubdirectory("cache").FullName;
        Limits = new ImageCacheLimits(Path, size, TimeSpan.FromDays(7), keepFree);
        source = new HttpSource(TimeProvider.System, silence ?? TimeSpan.FromSeconds(10));
        Cache = Open();
    }

    public string Path { get; }

    public ImageCacheLimits Limits { get; }

    public LogLines Log { get; } = new();

    public ManualTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public List<ImageReference> Needed { get; } = [];

    public List<string> AllowedRoots { get; } = [];

    public ImageCache Cache { get; private set; }

    public static byte[] Image(int size = 1 << 20, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static ImageReference Parse(string text) => ImageReference.TryParse(text, out var reference, out var problem) ? reference : throw new ArgumentException(problem);

    public async Task RestartAsync(Action? meanwhile = null)
    {
        await Cache.DisposeAsync();
        meanwhile?.Invoke();
        Cache = Open();
    }

    /// <summary>As a machine gets it, to its end; null: it broke off, or there is nothing.</summary>
    public async Task<byte[]?> LoadAsync(ImageReference image)
    {
        Cache.PathOf(image);
        return await ReadAsync(await Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, TestContext.Current.CancellationToken));
    }

    public static async Task<byte[]?> ReadAsync(CacheAnswer answer)
    {
        switch (answer)
        {
            case CacheAnswer.Whole { File: var file }:
                using (file.Handle)
                {
                    var bytes = new byte[file.Length];
                    RandomAccess.Read(file.Handle, bytes, file.Offset).ShouldBe(bytes.Length);
                    return bytes;
                }

            case CacheAnswer.Growing { Image: var growing }:
                using (growing)
                {
                    var bytes = new byte[growing.Length];
                    try
                    {
                        for (long at = 0; at < bytes.Length;)
                        {
                            var end = await growing.WaitAsync(at, TestContext.Current.CancellationToken);
                            at += RandomAccess.Read(growing.Handle, bytes.AsSpan((int)at, (int)(end - at)), at);
                        }

                        return bytes;
                    }
                    catch (IOException)
                    {
                        return null;
                    }
                }

            default:
                return null;
        }
    }

    /// <summary>All files of the cache but its lock, by their paths in it.</summary>
    public IReadOnlyList<string> Files() => [.. Directory.GetFiles(Path, "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(Path, file)).Where(file => file != "lock").Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Cache.DisposeAsync();
        source.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    private ImageCache Open() => new(Limits, [source], new AllowedFiles(AllowedRoots), () => Needed, Time, new Logger<ImageCache>(Log));
}
