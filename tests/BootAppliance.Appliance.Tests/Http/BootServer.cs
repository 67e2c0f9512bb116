using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Firmware;
using BootAppliance.Http;
using BootAppliance.Http.Baremetal.Agents;
using BootAppliance.Http.Files;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using BootAppliance.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

/// <summary>The boot plane on a free port of the loopback, over a real database in a folder of its own.</summary>
internal sealed class BootServer : IAsyncDisposable
{
    /// <summary>Who the requests seem to come from; on the loopback they would be nobody's boot.</summary>
    public static readonly IPAddress MachineAddress = IPAddress.Parse("192.0.2.100");

    /// <summary>The machine that asks in these tests: it holds the lease of that address.</summary>
    public static readonly HardwareAddress ClientAddress = new(HardwareAddress.Ethernet, [0x52, 0x54, 0x00, 0x12, 0x34, 0x56]);

    private const int MostConnections = 20_000;

    private readonly string work = Directory.CreateTempSubdirectory("bootappliance-http-").FullName;

    /// <summary>A source that pauses does so until the test has it go on.</summary>
    private readonly HttpSource source = new(TimeProvider.System, TimeSpan.FromHours(1));

    private readonly SqliteStore store;
    private readonly WebApplication app;

    private BootServer(UnknownNodeAction unknown, Func<IPAddress, bool> serves, TimeProvider downloads, TimeProvider images, Action<IEndpointRouteBuilder>[] more)
    {
        ImageFolder = Path.Combine(work, "http");
        Directory.CreateDirectory(ImageFolder);
        OwnFolder = Directory.CreateDirectory(Path.Combine(work, "tftp")).FullName;
        store = new SqliteStore(Path.Combine(work, "test.db"), NullLogger<SqliteStore>.Instance);
        Events = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        Nodes = new NodeRegistry(store, Events, TimeProvider.System, NullLogger<NodeRegistry>.Instance);
        Discovered = new DiscoveredMachines(store, Nodes, Events, TimeProvider.System, NullLogger<DiscoveredMachines>.Instance);
        store.SaveLeaseAsync(new Lease(MachineAddress, ClientAddress, LeaseState.Bound, TimeProvider.System.GetUtcNow().AddHours(1), null)).AsTask().GetAwaiter().GetResult();
        var leases = new LeaseTable([], store, TimeProvider.System, []);
        var guard = new BootLoopGuard(TimeProvider.System);
        var addresses = new MachineAddresses(leases);
        var timeline = new BootTimeline(Events, Nodes, addresses, guard, TimeProvider.System, NullLogger<BootTimeline>.Instance);
        Cache = new ImageCache(new ImageCacheLimits(Path.Combine(work, "cache"), 1 << 30, TimeSpan.FromDays(1), 0), [source], new AllowedFiles([]), () => [], images, NullLogger<ImageCache>.Instance);
        var delivery = new ImageDelivery(new ImageDeliverySettings(), [], [], Cache, TimeProvider.System);
        var resolver = new BootResolver(new BootPolicy { Address = IPAddress.Parse("192.0.2.1"), UnknownNode = unknown }, Nodes, guard, delivery);
        Catalog = new LoaderCatalog(new OwnFiles(new ConfinedFolder(OwnFolder)), new GeneratedFiles(resolver, addresses), new EmbeddedLoaders(FirmwareCatalog.Load()));
        Provisioner = new Provisioner(Nodes, HardwareTypes.BuiltIn(resolver, new InstanceImages(resolver, delivery, Events, TimeProvider.System)), new ProvisionSettings(), Environment.MachineName, TimeProvider.System, NullLogger<Provisioner>.Instance);
        var agents = new AgentRoutes(Nodes, Provisioner, store, new AgentOrigin(Nodes, addresses, address => IPAddress.IsLoopback(address) || IPNetwork.Parse("192.0.2.0/24").Contains(address), IPAddress.Parse("192.0.2.1")), timeline, TimeProvider.System);
        app = BootPlane.Build(IPAddress.Loopback, 0, MostConnections, 0, serves,
            [
                new BootRoutes(resolver, delivery, Nodes, Discovered, timeline, addresses, new AgentRestart(Nodes, addresses, NullLogger<AgentRestart>.Instance), NullLogger<BootRoutes>.Instance).Map,
                agents.MapAlone,
                new CacheRoutes(Cache, timeline, downloads).Map,
                new FileRoutes(new ConfinedFolder(ImageFolder), Catalog, timeline, downloads, NullLogger<FileRoutes>.Instance).Map,
                .. more,
            ],
            TimeProvider.System,
            NullLoggerFactory.Instance);
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            context.Connection.RemoteIpAddress = From;
            return next(context);
        });
    }

    /// <summary>Who the next requests come from.</summary>
    public IPAddress From { get; set; } = MachineAddress;

    public string ImageFolder { get; }

    /// <summary>The folder that Tftp:Root names.</summary>
    public string OwnFolder { get; }

    /// <summary>What TFTP serves beside it.</summary>
    public LoaderCatalog Catalog { get; }

    public ImageCache Cache { get; }

    public EventLog Events { get; }

    public NodeRegistry Nodes { get; }

    public Provisioner Provisioner { get; }

    public IInventoryStore Inventories => store;

    public DiscoveredMachines Discovered { get; }

    public HttpClient Client { get; private set; } = new();

    public Uri Root => Client.BaseAddress!;

    public static async Task<BootServer> StartAsync(
        UnknownNodeAction unknown = UnknownNodeAction.LocalBoot, Func<IPAddress, bool>? serves = null, TimeProvider? downloads = null, TimeProvider? images = null, params Action<IEndpointRouteBuilder>[] more)
    {
        var server = new BootServer(unknown, serves ?? (_ => true), downloads ?? TimeProvider.System, images ?? TimeProvider.System, more);
        await server.app.StartAsync();
        var address = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
        return server;
    }

    public async Task<Node> AddAsync(string mac, ProvisionState state) => await Nodes.AddAsync(new Node
    {
        Name = "demo",
        ProvisionState = state,
        InstanceInfo = JsonFields.Parse("""{"kernel": "vmlinuz", "ramdisk": "initrd.img", "kernel_append_params": "console=ttyS0"}"""),
        Ports = [new Port { Address = MacAddress.TryParse(mac, out var address) ? address : throw new ArgumentException(mac) }],
    });

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // At once, whoever is connected.
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        await Provisioner.DisposeAsync();
        await Cache.DisposeAsync();
        source.Dispose();
        await Events.DisposeAsync();
        store.Dispose();
        Directory.Delete(work, recursive: true);
    }
}
