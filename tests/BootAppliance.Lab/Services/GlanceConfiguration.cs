using System.Globalization;
using System.Net;

namespace BootAppliance.Lab.Services;

/// <summary>The files that a Glance without Keystone wants to see.</summary>
internal static class GlanceConfiguration
{
    /// <summary>How many digits of an image's id choose its container, one Swift store for each.</summary>
    private static readonly int[] seeds = [1, 13, 32];

    public static void Write(string folder, IPAddress address, int port, Uri? swift)
    {
        var paste = Path.Combine(folder, "paste.ini");
        File.WriteAllText(paste, """
            [pipeline:glance-api]
            pipeline = versions everybody root
            [filter:versions]
            paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory
            [filter:everybody]
            paste.filter_factory = glance.api.middleware.context:UnauthenticatedContextMiddleware.factory
            [composite:root]
            paste.composite_factory = glance.api:root_app_factory
            /: versionlist
            /v2: images
            [app:versionlist]
            paste.app_factory = glance.api.versions:create_resource
            [app:images]
            paste.app_factory = glance.api.v2.router:API.factory
            """);
        (string Name, int Seed)[] swiftStores = swift is null ? [] : [("swift", 0), .. seeds.Select(seed => (string.Create(CultureInfo.InvariantCulture, $"swift-{seed}"), seed))];
        File.WriteAllText(Path.Combine(folder, "glance-api.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            [DEFAULT]
            bind_host = {address}
            bind_port = {port}
            workers = 0
            enabled_backends = file:file{string.Concat(swiftStores.Select(store => $",{store.Name}:swift"))}
            show_image_direct_url = true
            show_multiple_locations = true
            [paste_deploy]
            config_file = {paste}
            [database]
            connection = sqlite:///{folder}/glance.db
            [glance_store]
            default_backend = file
            {Files("file", folder)}
            {Files("os_glance_staging_store", folder)}
            {Files("os_glance_tasks_store", folder)}
            {string.Join('\n', swiftStores.Select(store => Swift(store.Name, store.Seed, swift!)))}
            """));
    }

    private static string Files(string store, string folder) => $"""
        [{store}]
        filesystem_store_datadir = {Path.Combine(folder, store)}
        """;

    private static string Swift(string store, int seed, Uri endpoint) => string.Create(CultureInfo.InvariantCulture, $"""
        [{store}]
        swift_store_auth_version = 1
        swift_store_auth_address = {new Uri(endpoint, "/auth/v1.0/")}
        swift_store_user = glance:{SwiftService.User}
        swift_store_key = {SwiftService.Password}
        swift_store_container = glance
        swift_store_create_container_on_put = true
        swift_store_multiple_containers_seed = {seed}
        """);
}
