using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Firmware;
using BootAppliance.Http;
using BootAppliance.Http.Api;
using BootAppliance.Http.Baremetal;
using BootAppliance.Http.Baremetal.Agents;
using BootAppliance.Http.Files;
using BootAppliance.Images;
using BootAppliance.Images.Import;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Export;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;
using BootAppliance.Settings;
using BootAppliance.Storage;
using BootAppliance.Tftp.Server;

namespace BootAppliance.Hosting;

/// <summary>Puts the appliance together and runs it: what is asked for first is there first, so DHCP, which sends machines to the rest, comes last.</summary>
internal sealed class ApplianceHost(ApplianceSettings settings, ILoggerFactory loggers, TimeProvider time) : IAsyncDisposable
{
    // dnsmasq looks for three seconds whether an address is in use before it offers it.
    internal static readonly TimeSpan ForeignServerWait = TimeSpan.FromSeconds(4);

    /// <summary>How long a source of images may send nothing.</summary>
    private static readonly TimeSpan SourceSilence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(15);

    private readonly Stack<IAsyncDisposable> running = new();
    private readonly ILogger logger = loggers.CreateLogger<ApplianceHost>();
    private readonly OpenFiles openFiles = OpenFiles.OfThisProcess();

    /// <summary>Starts every part; a <see cref="StartupException"/> or <see cref="StoreException"/> says why one cannot.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (openFiles.FindProblem() is { } few) throw new StartupException(few);
        if (openFiles.AreFew) HostLog.FewFiles(logger, openFiles.Summary);
        var nic = ProvisioningInterface.Find(settings.Network.Interface, settings.Network.Address);
        if (!nic.HasLink) HostLog.NoLink(logger, nic.Name);
        if (nic.Exists && ContainerBridge.FindProblem(nic.Name) is { } problem) HostLog.ContainerBridge(logger, problem);
        var dhcp = Dhcp(nic);

        var store = Keep(new SqliteStore(settings.Store.Path, loggers.CreateLogger<SqliteStore>()));
        var events = Keep(new EventLog(store, time, loggers.CreateLogger<EventLog>()));
        var nodes = new NodeRegistry(store, events, time, loggers.CreateLogger<NodeRegistry>());
        var guard = new BootLoopGuard(time);
        BootResolver resolver = null!;
        var http = Keep(new HttpSource(time, SourceSilence));
        var storage = Keep(new ObjectStorage(settings, http, time, loggers));
        IReadOnlyList<IImageSource> sources = [http, .. storage.Sources];
        var allowed = new AllowedFiles(settings.Images.AllowedRoots);
        var cache = Cache(sources, allowed, () => resolver.NeededImages());
        var delivery = new ImageDelivery(SettingsMapping.Delivery(settings, nic), storage.Signers, [allowed, .. storage.Lookups], cache, time);
        resolver = new BootResolver(SettingsMapping.Policy(settings, nic), nodes, guard, delivery);
        var provisioner = Keep(new Provisioner(
            nodes, HardwareTypes.BuiltIn(resolver, new InstanceImages(resolver, delivery, events, time)), SettingsMapping.Provision(settings.Provisioning), Environment.MachineName, time, loggers.CreateLogger<Provisioner>()));
        cache.Start();
        await provisioner.RecoverAsync();
        Keep(new WaitWatch(provisioner, new LastSeen(events, time), time)).Start();
        var discovered = new DiscoveredMachines(store, nodes, events, time, loggers.CreateLogger<DiscoveredMachines>());
        var leases = new LeaseTable(dhcp.ServedSubnets, store, time, [nic.Address], dhcp.LeaseKey);

        var neighbours = nic.Exists ? Keep(new Neighbours(nic.Name)) : null;
        var addresses = new MachineAddresses(leases, neighbours is null ? null : neighbours.Find);
        var timeline = new BootTimeline(events, nodes, addresses, guard, time, loggers.CreateLogger<BootTimeline>());
        var firmware = FirmwareCatalog.Load();
        var loaders = Loaders(firmware, resolver, addresses);
        var restart = new AgentRestart(nodes, addresses, loggers.CreateLogger<AgentRestart>());
        var boot = new BootRoutes(resolver, delivery, nodes, discovered, timeline, addresses, restart, loggers.CreateLogger<BootRoutes>());
        var agents = new AgentRoutes(nodes, provisioner, store, new AgentOrigin(nodes, addresses, Serves(nic), nic.Address), timeline, time);
        var cached = new CacheRoutes(cache, timeline, time);
        var images = new ConfinedFolder(settings.Http.Root);
        var importer = Keep(new ImageImporter(settings.Http.Root, sources, time, loggers.CreateLogger<ImageImporter>()));
        var files = new FileRoutes(images, loaders, timeline, time, loggers.CreateLogger<FileRoutes>());

        await StartHttpAsync(nic, [boot.Map, agents.MapAlone, cached.Map, files.Map], cancellation);
        if (settings.Tftp.Enabled) await StartTftpAsync(nic, loaders, timeline);
        await StartManagementAsync(boot, new BaremetalApi(store, store, nodes, provisioner, agents, events, time),
        [
            new NodeRoutes(nodes, provisioner, resolver, events, time).Map,
            new DiscoveryRoutes(discovered, resolver).Map,
            new EventRoutes(events, nodes).Map,
            new LeaseRoutes(leases, nodes, time).Map,
            new PreviewRoutes(resolver, nodes, dhcp, leases, loaders).Map,
            new ExportRoutes(new DhcpExporter(resolver, nodes, SettingsMapping.Subnets(settings.Dhcp, nic)), dhcp.Mode, settings.Tftp).Map,
            new SettingsRoutes(settings).Map,
            new ImageListRoutes(cache, images, importer, resolver, nodes).Map,
            new ImportRoutes(importer, images, resolver.Policy.RootUrl).Map,
            routes => routes.MapQuery("/firmware", () => new { files = FirmwareView.Of(firmware.Files) }).WithSummary("The loaders in this program"),
        ], cancellation);
        if (dhcp.Mode != DhcpMode.Off)
        {
            var journal = new DhcpJournal(Keep(new DhcpCounters()), timeline, loggers.CreateLogger<DhcpJournal>(), time);
            await WatchForeignServersAsync(nic, dhcp, journal, cancellation);
            await StartDhcpAsync(nic, dhcp, leases, resolver, journal);
        }

        HostLog.Ready(logger, resolver.Policy.RootUrl, dhcp.Mode, settings.Api.Socket, settings.Api.Endpoint);
        SystemdNotify.Send("READY=1");
    }

    /// <summary>Stops the parts in the opposite order; what was acknowledged is on the disk already.</summary>
    public async ValueTask DisposeAsync()
    {
        SystemdNotify.Send("STOPPING=1");
        while (running.TryPop(out var part))
        {
            try
            {
                if (part is WebApplication plane) await StopAsync(plane);
                await part.DisposeAsync();
            }
            catch (Exception failure)
            {
                // The parts below it, the store among them, must be closed all the same.
                HostLog.StopFailed(logger, failure, part.GetType().Name);
            }
        }
    }

    /// <summary>Lets machines finish what they load.</summary>
    private static async Task StopAsync(WebApplication plane)
    {
        using var patience = new CancellationTokenSource(TimeToFinish);
        await plane.StopAsync(patience.Token);
    }

    private DhcpServerSettings Dhcp(ProvisioningInterface nic) => new()
    {
        Mode = nic.Exists ? settings.Dhcp.Mode : DhcpMode.Off,
        Answer = settings.Dhcp.Answer,
        LeaseKey = settings.Dhcp.LeaseKey,
        ProbeAddresses = settings.Dhcp.ProbeAddresses,
        Subnets = settings.Dhcp.Mode == DhcpMode.Off ? [] : SettingsMapping.Subnets(settings.Dhcp, nic),
    };

    /// <summary>Looks for other servers before this one runs, and from then on every hour; a server that gives no addresses expects another one.</summary>
    private async Task WatchForeignServersAsync(ProvisioningInterface nic, DhcpServerSettings dhcp, DhcpJournal journal, CancellationToken cancellation)
    {
        if (settings.Dhcp.ForeignServers == ForeignServers.Ignore) return;
        var watch = Keep(new ForeignServerWatch(
            nic.Name, dhcp.Mode, settings.Dhcp.KnownServers, stopping => ForeignServerProbe.FindAsync(nic.Name, ForeignServerWait, time, stopping), journal, time));
        var found = await Binding.OpenFramesAsync(nic.Name, () => watch.LookAsync(cancellation));
        if (found.Count > 0 && settings.Dhcp.ForeignServers == ForeignServers.Refuse)
            throw new StartupException($"another DHCP server answers on '{nic.Name}': {string.Join("; ", found)}. Two servers on one wire give machines the wrong boot file. Stop the other one, name it in Dhcp:KnownServers, or set Dhcp:ForeignServers to Warn.");
        watch.Start();
    }

    /// <summary>The loaders that there are; a loader of the settings that is nowhere is better found now than by a machine.</summary>
    private LoaderCatalog Loaders(FirmwareCatalog firmware, BootResolver resolver, MachineAddresses addresses)
    {
        ICatalogRoute[] made = [new GeneratedFiles(resolver, addresses), new EmbeddedLoaders(firmware)];
        var folder = settings.Tftp.Root.Length == 0 ? null : new ConfinedFolder(settings.Tftp.Root, ignoresCase: true);
        var catalog = new LoaderCatalog(folder is null ? made : [new OwnFiles(folder), new RaspberryPiFiles(folder), .. made]);
        var named = settings.Boot.Loaders.Select(row => ("Boot:Loaders", row.Key, row.Value))
            .Concat(settings.Boot.LoadersByVendor.Select(row => ("Boot:LoadersByVendor", row.Architecture, row.Loader)));
        foreach (var (key, architecture, loader) in named)
        {
            var found = catalog.Find(loader, IPAddress.None);
            if (found is null)
                throw new StartupException($"{key}: {loader}, for {architecture}, is neither a file below Tftp:Root nor one of: {string.Join(", ", firmware.Files.Select(file => file.Name))}.");
            if (found is ServedFile.OnDisk { File.Handle: var handle }) handle.Dispose();
        }

        return catalog;
    }

    private ImageCache Cache(IReadOnlyList<IImageSource> sources, AllowedFiles files, Func<IEnumerable<ImageReference>> needed)
    {
        var limits = SettingsMapping.Cache(settings.Images.Cache, settings.Store);
        try
        {
            return Keep(new ImageCache(limits, sources, files, needed, time, loggers.CreateLogger<ImageCache>()));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Images:Cache:Path: {limits.Path} cannot be used: {failure.Message}", failure);
        }
    }

    private Task StartHttpAsync(ProvisioningInterface nic, IEnumerable<Action<IEndpointRouteBuilder>> routes, CancellationToken cancellation)
    {
        var plane = Keep(BootPlane.Build(nic.Address, settings.Http.Port, openFiles.MachineConnections, settings.Http.MaxRate.Bytes, Serves(nic), routes, time, loggers));
        return Binding.OpenAsync("tcp", settings.Http.Port, "Http:Port", () => plane.StartAsync(cancellation));
    }

    private Task StartTftpAsync(ProvisioningInterface nic, LoaderCatalog loaders, BootTimeline timeline)
    {
        var listener = new TftpListener(
            SettingsMapping.Tftp(settings, nic, Serves(nic)) with { MaxOpenFiles = openFiles.TftpFiles }, loaders, timeline, Keep(new TftpMetrics()), time, loggers.CreateLogger<TftpListener>());
        return Binding.OpenAsync("udp", settings.Tftp.Port, "Tftp:Port", () => StartNow(Keep(listener).Start));
    }

    private async Task StartManagementAsync(BootRoutes boot, BaremetalApi baremetal, IEnumerable<Action<IEndpointRouteBuilder>> api, CancellationToken cancellation)
    {
        var proxy = settings.Boot.ConfigApiRootUrl is { Length: > 0 } root ? new Uri(root).Host : "";
        var plane = Keep(ManagementPlane.Build(settings.Api, openFiles.ApiConnections, proxy, boot, baremetal, api, time, loggers));
        await Binding.OpenAsync("tcp", settings.Api.Endpoint.Port, "Api:Endpoint", () => plane.StartAsync(cancellation));
        ManagementPlane.Protect(settings.Api.Socket);
    }

    private async Task StartDhcpAsync(ProvisioningInterface nic, DhcpServerSettings dhcp, LeaseTable leases, BootResolver resolver, DhcpJournal journal)
    {
        var probe = dhcp.ProbeAddresses ? Keep(await Binding.OpenFramesAsync(nic.Name, () => Task.FromResult(new ArpProbe(nic.Name, time)))) : null;
        var responder = new DhcpResponder(dhcp, leases, resolver.Loaders, probe, journal, time);
        var endpoint = new DhcpListenerSettings { Interface = nic.Name, Address = nic.Address, Link = nic.Prefix };
        var bootServer = Keep(new DhcpListener(endpoint with { ServerPort = DhcpListenerSettings.BootServerPort, IsBootServer = true }, responder, journal, time));
        await Binding.OpenAsync("udp", DhcpListenerSettings.BootServerPort, "the PXE boot server", () => StartNow(bootServer.Start));
        var listener = Keep(new DhcpListener(endpoint, responder, journal, time));
        await Binding.OpenAsync("udp", 67, "DHCP", () => StartNow(listener.Start));
    }

    /// <summary>The provisioning subnets, whoever gives the addresses in them, and this machine itself.</summary>
    private Func<IPAddress, bool> Serves(ProvisioningInterface nic)
    {
        IPNetwork[] networks = [nic.Prefix, .. settings.Dhcp.Subnets.Select(subnet => subnet.Prefix)];
        return address =>
        {
            if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
            return IPAddress.IsLoopback(address) || networks.Any(network => network.Contains(address));
        };
    }

    private static Task StartNow(Action start)
    {
        start();
        return Task.CompletedTask;
    }

    private T Keep<T>(T part)
    {
        running.Push(part as IAsyncDisposable ?? new Synchronous((IDisposable)(object)part!));
        return part;
    }

    private sealed class Synchronous(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
