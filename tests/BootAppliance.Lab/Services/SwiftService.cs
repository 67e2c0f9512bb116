using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Services;

/// <summary>A real OpenStack Swift with temporary URLs, large objects and its S3 API, on one disk.</summary>
public sealed class SwiftService : IAsyncDisposable
{
    /// <summary>The only user of every account, its password, and the region that S3 clients must name.</summary>
    public const string User = "tester", Password = "testing", Region = "lab-1";

    /// <summary>Buckets stand before this in the host names of S3 clients that put them there; no resolver knows it.</summary>
    public const string S3Domain = "s3.test";

    /// <summary>The accounts that there are: keys belong to an account, so a test that changes them wants one for itself.</summary>
    public static readonly IReadOnlyList<string> Accounts = ["test", "rotation", "signer", "glance", "odd 100%"];

    private readonly ChildProcess process;
    private readonly HttpClient client;
    private readonly DirectoryInfo folder;

    private SwiftService(ChildProcess process, HttpClient client, DirectoryInfo folder) => (this.process, this.client, this.folder) = (process, client, folder);

    /// <summary>Where it listens, such as <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Endpoint => client.BaseAddress!;

    /// <summary>Why this machine cannot run it, or null.</summary>
    public static string? FindObstacle() => ServiceHome.FindObstacle("swift", "python3-swift") ?? MissingPackage.Find("memcached", "memcached");

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<SwiftService> Start(ServiceHome home, CancellationToken cancellation = default)
    {
        if (FindObstacle() is { } obstacle) throw new LabException($"Swift {obstacle}.");
        var kept = Directory.CreateTempSubdirectory("bootappliance-swift-");
        var ports = await home.FreePorts(5);
        SwiftConfiguration.Write(kept.FullName, home.Address, ports);
        var proxy = new UriBuilder("http", home.Address.ToString(), ports[0]).Uri;
        var service = new SwiftService(home.Start("swift", kept.FullName), home.Client(proxy), kept);
        try
        {
            var servers = ports.Skip(2).Select(port => new UriBuilder("http", "127.0.0.1", port).Uri).Append(proxy);
            await ServiceHome.WaitUntilReady(service.client, service.process, servers.Select(server => new Uri(server, "healthcheck")), cancellation);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs in to an account.</summary>
    public Task<SwiftAccount> LogIn(string account, CancellationToken cancellation = default) => SwiftAccount.LogIn(client, account, cancellation);

    /// <summary>Takes connections and answers nothing until <see cref="Resume"/>.</summary>
    public Task Freeze() => process.Signal("USR1");

    public Task Resume() => process.Signal("USR2");

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
        if (Directory.Exists(folder.FullName)) folder.Delete(recursive: true);
    }
}
