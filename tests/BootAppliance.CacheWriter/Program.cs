using BootAppliance.CacheWriter;
using BootAppliance.Images;
using Microsoft.Extensions.Logging.Abstractions;

// Fetches, replaces, evicts and removes images as fast as it can, until killed. Prints "opening", and then one line for each image that came: its key.
// Arguments: the cache's folder, the root URL of the images, a seed. Ends by itself when its input does: a test that is stopped leaves nobody behind.
const int Images = 8;
const int Workers = 3;

Console.WriteLine("opening");
using var source = new HttpSource(TimeProvider.System, TimeSpan.FromSeconds(10));
var limits = new ImageCacheLimits(args[0], 4 << 20, TimeSpan.FromDays(7), KeepFree: 0);
await using var cache = new ImageCache(limits, [source], new AllowedFiles([]), () => [], new HastyTime(), NullLogger<ImageCache>.Instance);
var seed = int.Parse(args[2]);
var workers = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(new Random((seed * Workers) + worker))));
await await Task.WhenAny([Task.Run(Console.In.ReadToEnd), .. workers]);

async Task WorkAsync(Random random)
{
    while (true)
    {
        if (!ImageReference.TryParse($"{args[1]}/{random.Next(Images)}", out var image, out var problem)) throw new InvalidOperationException(problem);
        if (random.Next(10) == 0) await cache.RemoveAsync(image);
        else if (random.Next(20) == 0) await cache.CleanAsync();
        else if (await cache.FetchAsync(image, null, CancellationToken.None) is null) Console.WriteLine(ImageCache.KeyOf(image));
        // Its version is kept from then on.
        if (random.Next(2) == 0) cache.PathOf(image);
    }
}
