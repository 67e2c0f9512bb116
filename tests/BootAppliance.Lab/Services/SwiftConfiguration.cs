using System.Globalization;
using System.Net;
using System.Text;

namespace BootAppliance.Lab.Services;

/// <summary>The files that the four servers of a Swift on one disk want to see.</summary>
internal static class SwiftConfiguration
{
    private static readonly string[] filters =
    [
        "catch_errors", "gatekeeper", "healthcheck", "cache", "listing_formats", "s3api", "tempurl", "tempauth", "slo", "dlo",
    ];

    /// <summary>Writes them.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="address">Where the proxy listens, which is what clients talk to; the others stay on loopback.</param>
    /// <param name="ports">Five free ports, the proxy's first.</param>
    public static void Write(string folder, IPAddress address, IReadOnlyList<int> ports)
    {
        var devices = Path.Combine(folder, "devices");
        Directory.CreateDirectory(Path.Combine(devices, "disk"));
        File.WriteAllText(Path.Combine(folder, "swift.conf"), """
            [swift-hash]
            swift_hash_path_suffix = lab
            """);
        File.WriteAllText(Path.Combine(folder, "proxy-server.conf"), Proxy(folder, address, ports[0], ports[1]));
        foreach (var (server, port) in new[] { "account", "container", "object" }.Zip(ports.Skip(2)))
            File.WriteAllText(Path.Combine(folder, $"{server}-server.conf"), Storage(server, folder, devices, port));
    }

    private static string Proxy(string folder, IPAddress address, int port, int memcached) => string.Create(CultureInfo.InvariantCulture, $"""
        {Common(folder, address, port)}
        [pipeline:main]
        pipeline = {string.Join(' ', filters)} proxy-server
        [app:proxy-server]
        use = egg:swift#proxy
        account_autocreate = true
        [filter:catch_errors]
        use = egg:swift#catch_errors
        [filter:gatekeeper]
        use = egg:swift#gatekeeper
        [filter:healthcheck]
        use = egg:swift#healthcheck
        [filter:cache]
        use = egg:swift#memcache
        memcache_servers = 127.0.0.1:{memcached}
        [filter:listing_formats]
        use = egg:swift#listing_formats
        [filter:s3api]
        use = egg:swift#s3api
        location = {SwiftService.Region}
        storage_domain = {SwiftService.S3Domain}
        [filter:tempurl]
        use = egg:swift#tempurl
        [filter:tempauth]
        use = egg:swift#tempauth
        {string.Join('\n', SwiftService.Accounts.Select(account => $"user64_{Base64(account)}_{Base64(SwiftService.User)} = {SwiftService.Password} .admin"))}
        [filter:slo]
        use = egg:swift#slo
        [filter:dlo]
        use = egg:swift#dlo
        """);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');

    private static string Storage(string server, string folder, string devices, int port) => $"""
        {Common(folder, IPAddress.Loopback, port)}
        devices = {devices}
        mount_check = false
        disable_fallocate = true
        fallocate_reserve = 0
        [pipeline:main]
        pipeline = healthcheck {server}-server
        [app:{server}-server]
        use = egg:swift#{server}
        [filter:healthcheck]
        use = egg:swift#healthcheck
        """;

    // No workers: one process each, which our launcher starts and ends.
    private static string Common(string folder, IPAddress address, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        [DEFAULT]
        bind_ip = {address}
        bind_port = {port}
        workers = 0
        swift_dir = {folder}
        """);
}
