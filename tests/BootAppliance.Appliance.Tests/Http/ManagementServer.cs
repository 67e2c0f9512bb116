using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Firmware;
using BootAppliance.Http;
using BootAppliance.Http.Api;
using BootAppliance.Http.Baremetal;
using BootAppliance.Http.Baremetal.Agents;
using BootAppliance.Images;
using BootAppliance.Images.Import;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Export;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using BootAppliance.Settings;
using BootAppliance.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

/// <summary>The management plane on a Unix socket and a free port of the loopback, with all its routes, over a real database in a folder of its own.</summary>
internal sealed class ManagementServer : IAsyncDisposable
{
    private readonly string work = Directory.CreateTempSubdirectory("bootappliance-management-").FullName;
    private readonly SqliteStore store;
    private readonly EventLog events;
    private readonly ImageImporter importer;
    private readonly WebApplication app;

    private ManagementServer(ApiSettings settings, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<IImageSource> sources)
    {
        store = new SqliteStore(Path.Combine(work, "test.db"), NullLogger<SqliteStore>.Instance);
        events = new EventLog(store, time, NullLogger<EventLog>.Instance);
        Nodes = new NodeRegistry(store, events, time, NullLogger<NodeRegistry>.Instance);
        Discovered = new DiscoveredMachines(store, Nodes, events, time, NullLogger<DiscoveredMachines>.Instance);
        var guard = new BootLoopGuard(time);
        var delivery = new ImageDelivery(new ImageDeliverySettings(), [], [], cache: null, TimeProvider.System);
        var resolver = new BootResolver(new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), UnknownNode = UnknownNodeAction.Discover }, Nodes, guard, delivery);
        Provisioner = new Provisioner(Nodes, HardwareTypes.BuiltIn(resolver, new InstanceImages(resolver, delivery, events, time)), new ProvisionSettings(), Environment.MachineName, time, NullLogger<Provisioner>.Instance);
        var dhcp = new DhcpServerSettings { Subnets = [Subnet] };
        Leases = new LeaseTable(dhcp.ServedSubnets, store, time, []);
        var addresses = new MachineAddresses(Leases);
        var timeline = new BootTimeline(events, Nodes, addresses, guard, TimeProvider.System, NullLogger<BootTimeline>.Instance);
        var boot = new BootRoutes(resolver, delivery, Nodes, Discovered, timeline, addresses, new AgentRestart(Nodes, addresses, NullLogger<AgentRestart>.Instance), NullLogger<BootRoutes>.Instance);
        OwnFolder = Directory.CreateDirectory(Path.Combine(work, "tftp")).FullName;
        var loaders = new LoaderCatalog(new OwnFiles(new ConfinedFolder(OwnFolder)), new GeneratedFiles(resolver, addresses), new EmbeddedLoaders(FirmwareCatalog.Load()));
        ImageFolder = Directory.CreateDirectory(Path.Combine(work, "http")).FullName;
        Cache = new ImageCache(new ImageCacheLimits(Path.Combine(work, "cache"), 1 << 30, TimeSpan.FromDays(1), 0), sources, new AllowedFiles([]), resolver.NeededImages, TimeProvider.System, NullLogger<ImageCache>.Instance);
        importer = new ImageImporter(ImageFolder, sources, TimeProvider.System, NullLogger<ImageImporter>.Instance);
        app = ManagementPlane.Build(
            settings,
            maxConnections: 1000,
            proxy: "proxy.example",
            boot,
            new BaremetalApi(store, store, Nodes, Provisioner, new AgentRoutes(Nodes, Provisioner, store, new AgentOrigin(Nodes, addresses, address => IPAddress.IsLoopback(address) || Subnet.Prefix.Contains(address), IPAddress.Parse("192.0.2.1")), timeline, time), events, time),
            [
                new NodeRoutes(Nodes, Provisioner, resolver, events, time).Map,
                new DiscoveryRoutes(Discovered, resolver).Map,
                new EventRoutes(events, Nodes).Map,
                new LeaseRoutes(Leases, Nodes, time).Map,
                new PreviewRoutes(resolver, Nodes, dhcp, Leases, loaders).Map,
                new SettingsRoutes(SettingsInEffect).Map,
                new ImageListRoutes(Cache, new ConfinedFolder(ImageFolder), importer, resolver, Nodes).Map,
                new ImportRoutes(importer, new ConfinedFolder(ImageFolder), resolver.Policy.RootUrl).Map,
                new ExportRoutes(new DhcpExporter(resolver, Nodes, dhcp.Subnets), dhcp.Mode, new TftpSettings { Port = 6900 }).Map,
            ],
            time,
            loggers);
    }

    public Subnet Subnet { get; } = new()
    {
        Prefix = IPNetwork.Parse("192.0.2.0/24"),
        Pools = [new AddressPool(IPAddress.Parse("192.0.2.100"), IPAddress.Parse("192.0.2.200"))],
    };

    /// <summary>With one value of each kind that there is.</summary>
    public static ApplianceSettings SettingsInEffect { get; } = new()
    {
        Network = new() { Address = IPAddress.Parse("192.0.2.1") },
        Dhcp = new()
        {
            Subnets =
            [
                new()
                {
                    Prefix = IPNetwork.Parse("192.0.2.0/24"),
                    Pool = new AddressPool(IPAddress.Parse("192.0.2.100"), IPAddress.Parse("192.0.2.200")),
                    Reservations = [new() { Mac = new HardwareAddress(1, [0x52, 0x54, 0, 0x12, 0x34, 0x56]), Address = IPAddress.Parse("192.0.2.10") }],
                },
            ],
        },
        Swift = new() { TempUrlKey = new("do not tell") },
    };

    /// <summary>The folder that Tftp:Root names.</summary>
    public string OwnFolder { get; }

    /// <summary>The folder that Http:Root names.</summary>
    public ImageCache Cache { get; }

    public string ImageFolder { get; }

    public EventLog Events => events;

    public IInventoryStore Inventories => store;

    public NodeRegistry Nodes { get; }

    public Provisioner Provisioner { get; }

    public DiscoveredMachines Discovered { get; }

    public LeaseTable Leases { get; }

    /// <summary>The plane's address on the loopback.</summary>
    public Uri Root => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(address => !address.Contains("unix", StringComparison.Ordinal)));

    public static async Task<ManagementServer> StartAsync(string socket, TimeProvider time, ApiSettings? settings = null, ILoggerFactory? loggers = null, params IReadOnlyList<IImageSource> sources)
    {
        settings = (settings ?? new ApiSettings { Endpoint = new Uri("http://127.0.0.1:0") }) with { Socket = socket };
        var server = new ManagementServer(settings, time, loggers ?? NullLoggerFactory.Instance, sources);
        await server.app.StartAsync();
        ManagementPlane.Protect(socket);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await importer.DisposeAsync();
        await Cache.DisposeAsync();
        await Provisioner.DisposeAsync();
        await events.DisposeAsync();
        store.Dispose();
        Directory.Delete(work, recursive: true);
    }
}
