using System.Collections.Immutable;
using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Plans;
using BootAppliance.Nodes;
using BootAppliance.Settings;
using BootAppliance.Tftp.Server;

namespace BootAppliance.Hosting;

/// <summary>Turns what the operator wrote into what the engines take.</summary>
internal static class SettingsMapping
{
    /// <summary>More machines than this do not stand on one wire; a network as wide as 10.0.0.0/8 would give millions of addresses.</summary>
    private const uint LargestDerivedPool = 4096;

    /// <summary>The subnets of the settings; where there are none and a pool is wanted, one on the interface whose pool is the upper half of its network.</summary>
    public static IReadOnlyList<Subnet> Subnets(DhcpSettings dhcp, ProvisioningInterface nic)
    {
        if (dhcp.Subnets.Count > 0) return [.. dhcp.Subnets.Select(Subnet)];
        return nic.Exists && dhcp.Mode == DhcpMode.Pool ? [Derived(nic)] : [];
    }

    public static BootPolicy Policy(ApplianceSettings settings, ProvisioningInterface nic) => new()
    {
        Address = nic.Address,
        HttpPort = settings.Http.Port,
        UseBootConfigApi = settings.Boot.UseBootConfigApi,
        RestrictBootConfig = settings.Boot.RestrictBootConfig,
        ConfigApiRootUrl = settings.Boot.ConfigApiRootUrl,
        KernelAppendParams = settings.Boot.KernelAppendParams,
        AgentImages = new AgentImages(Named(settings.Boot.DeployKernel), Named(settings.Boot.DeployRamdisk), Named(settings.Boot.RescueKernel), Named(settings.Boot.RescueRamdisk)),
        UnknownNode = settings.Boot.UnknownNode,
        Loaders = settings.Boot.Loaders.ToImmutableDictionary(),
        LoadersByVendor = [.. settings.Boot.LoadersByVendor.Select(row => new VendorLoader(row.Vendor, row.Architecture, row.Loader))],
        Script = settings.Boot.Script.Length == 0 ? null : ReadScript(settings.Boot.Script),
    };

    public static ImageDeliverySettings Delivery(ApplianceSettings settings, ProvisioningInterface nic) =>
        new() { RemoteUrls = settings.Images.RemoteUrls, OnlyFor = settings.Swift.TempUrlIpRange ? Machines(settings.Dhcp, nic) : [] };

    /// <summary>The networks that machines boot in: those of the settings, which may be behind a relay, before the interface's own.</summary>
    private static List<IPNetwork> Machines(DhcpSettings dhcp, ProvisioningInterface nic) => [.. dhcp.Subnets.Select(subnet => subnet.Prefix).Append(nic.Prefix).Distinct()];

    public static ImageCacheLimits Cache(ImageCacheSettings cache, StoreSettings store) => new(cache.Folder(store), cache.Size.Bytes, cache.TimeToLive, cache.KeepFree.Bytes);

    public static ProvisionSettings Provision(ProvisioningSettings provisioning) => new()
    {
        DeployCallbackTimeout = provisioning.DeployCallbackTimeout,
        CleanCallbackTimeout = provisioning.CleanCallbackTimeout,
        InspectTimeout = provisioning.InspectTimeout,
        RescueCallbackTimeout = provisioning.RescueCallbackTimeout,
        ServiceCallbackTimeout = provisioning.ServiceCallbackTimeout,
        AutomatedClean = provisioning.AutomatedClean,
    };

    public static TftpServerSettings Tftp(ApplianceSettings settings, ProvisioningInterface nic, Func<IPAddress, bool> serves) => new(new IPEndPoint(nic.Address, settings.Tftp.Port))
    {
        InterfaceName = nic.Exists ? nic.Name : null,
        SinglePort = settings.Tftp.SinglePort,
        DataPorts = settings.Tftp.PortRange,
        MaxBlockSize = settings.Tftp.MaxBlockSize,
        MaxBlockSizeAt = address => settings.Dhcp.Subnets.FirstOrDefault(subnet => subnet.Prefix.Contains(address))?.TftpMaxBlockSize,
        RollOver = settings.Tftp.RollOver,
        MaxTransfersPerAddress = settings.Tftp.MaxTransfersPerAddress,
        Serves = serves,
    };

    private static Subnet Subnet(SubnetSettings subnet) => new()
    {
        Prefix = subnet.Prefix,
        Pools = subnet.Pool is null ? [] : [subnet.Pool],
        Router = subnet.Router,
        DnsServers = subnet.DnsServers,
        NtpServers = subnet.NtpServers,
        DomainName = subnet.DomainName.Length == 0 ? null : subnet.DomainName,
        Options = OptionsOf(subnet),
        SharedNetwork = subnet.SharedNetwork.Length == 0 ? null : subnet.SharedNetwork,
        Answer = subnet.Answer,
        NextServer = subnet.NextServer,
        LeaseTime = subnet.LeaseTime,
        UnknownLeaseTime = subnet.UnknownLeaseTime,
        Reservations = [.. subnet.Reservations.Select(r => new Reservation(r.Mac, r.Address, r.HostName.Length == 0 ? null : r.HostName))],
    };

    /// <summary>What machines of the subnet are told when they ask for it, encoded once.</summary>
    private static List<SubnetOption> OptionsOf(SubnetSettings subnet)
    {
        List<SubnetOption> options = [];
        if (subnet.InterfaceMtu is { } mtu) options.Add(new(DhcpOptionCode.InterfaceMtu, new[] { (byte)(mtu >> 8), (byte)mtu }));
        if (subnet.DomainSearch.Count > 0) options.Add(new(DhcpOptionCode.DomainSearch, DomainSearchList.Encode(subnet.DomainSearch)));
        if (subnet.StaticRoutes.Count > 0)
            options.Add(new(DhcpOptionCode.ClasslessStaticRoute, StaticRoute.Encode([.. subnet.StaticRoutes.Select(r => new StaticRoute(r.Prefix, r.Router))], subnet.Router)));
        if (subnet.TftpServers.Count > 0) options.Add(new(DhcpOptionCode.TftpServerAddress, subnet.TftpServers.SelectMany(a => a.GetAddressBytes()).ToArray()));
        if (subnet.CaptivePortal is { } portal) options.Add(new(DhcpOptionCode.CaptivePortal, System.Text.Encoding.ASCII.GetBytes(portal.AbsoluteUri)));
        foreach (var option in subnet.Options)
        {
            var fits = DhcpOptionValue.TryParse(option.Type, option.Value, out var value);
            options.Add(new((DhcpOptionCode)option.Code, fits ? value : throw new StartupException($"Dhcp:Subnets: option {option.Code} has no value."), option.Always));
        }

        return options;
    }

    private static Subnet Derived(ProvisioningInterface nic)
    {
        if (nic.Prefix.PrefixLength > 29)
            throw new StartupException($"Dhcp:Subnets is empty, and the network of '{nic.Name}', {nic.Prefix}, is too small to take a pool from. Write the subnet into the settings.");
        var broadcast = Number(nic.Prefix.BaseAddress) + (uint)((1ul << (32 - nic.Prefix.PrefixLength)) - 1);
        var half = Math.Min(1u << (31 - nic.Prefix.PrefixLength), LargestDerivedPool);
        return new Subnet { Prefix = nic.Prefix, Pools = [new AddressPool(Address(broadcast - half + 1), Address(broadcast - 1))] };
    }

    private static string ReadScript(string path)
    {
        try
        {
            var script = File.ReadAllText(path);
            return script.StartsWith("#!ipxe\n", StringComparison.Ordinal) || script.StartsWith("#!ipxe\r\n", StringComparison.Ordinal)
                ? script
                : throw new StartupException($"Boot:Script: {path} is no iPXE script: its first line must be #!ipxe");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Boot:Script: {path} cannot be read: {failure.Message}", failure);
        }
    }

    private static string? Named(string image) => image.Length == 0 ? null : image;

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress Address(uint number) => new([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
}
