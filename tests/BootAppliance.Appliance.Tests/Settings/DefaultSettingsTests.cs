using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Netboot;
using BootAppliance.Settings;

namespace BootAppliance.Tests.Settings;

/// <summary>Defaults are a promise to those who upgrade: changing one must be a visible decision.</summary>
public class DefaultSettingsTests
{
    private readonly ApplianceSettings settings = SettingsTexts.Accepted();

    [Fact]
    public void Network_HasNoInterface() => (settings.Network.Interface, settings.Network.Address).ShouldBe(("", null));

    [Fact]
    public void Dhcp_IsAPool_ThatAnswersAll()
    {
        (settings.Dhcp.Mode, settings.Dhcp.Answer, settings.Dhcp.LeaseKey, settings.Dhcp.ForeignServers, settings.Dhcp.ProbeAddresses)
            .ShouldBe((DhcpMode.Pool, AnswerPolicy.All, LeaseKey.Mac, ForeignServers.Refuse, true));
        settings.Dhcp.Subnets.ShouldBeEmpty();
    }

    [Fact]
    public void Subnet_HasLeasesOfAnHour_AndOfFiveMinutesForUnknownMachines()
    {
        var subnet = SettingsTexts.Accepted("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 192.0.2.0/24 } ] }").Dhcp.Subnets[0];

        (subnet.LeaseTime, subnet.UnknownLeaseTime).ShouldBe((new TimeSpan(1, 0, 0), new TimeSpan(0, 5, 0)));
        (subnet.Prefix, subnet.Pool, subnet.Router, subnet.DomainName).ShouldBe((IPNetwork.Parse("192.0.2.0/24"), null, null, ""));
        subnet.DnsServers.ShouldBeEmpty();
        subnet.NtpServers.ShouldBeEmpty();
        subnet.Reservations.ShouldBeEmpty();
    }

    [Fact]
    public void Tftp_IsOnPort69() =>
        settings.Tftp.ShouldBe(new TftpSettings
        {
            Enabled = true,
            Port = 69,
            Root = "",
            SinglePort = false,
            PortRange = null,
            MaxBlockSize = 65464,
            RollOver = 0,
            MaxTransfersPerAddress = 64,
        });

    [Fact]
    public void Http_IsOnPort80() => (settings.Http.Port, settings.Http.Root).ShouldBe(((ushort)80, "/var/lib/bootappliance/http"));

    [Fact]
    public void Api_IsOnLoopback_WithoutAuthentication() =>
        (settings.Api.Endpoint.OriginalString, settings.Api.Socket, settings.Api.AuthStrategy, settings.Api.HtpasswdFile)
            .ShouldBe(("http://127.0.0.1:6385", "/run/bootappliance/api.sock", AuthStrategy.None, "/etc/bootappliance/htpasswd"));

    [Fact]
    public void Boot_SendsUnknownMachinesToTheirDisk()
    {
        (settings.Boot.Script, settings.Boot.UseBootConfigApi, settings.Boot.RestrictBootConfig, settings.Boot.ConfigApiRootUrl).ShouldBe(("", true, true, ""));
        (settings.Boot.KernelAppendParams, settings.Boot.UnknownNode).ShouldBe(("", UnknownNodeAction.LocalBoot));
        settings.Boot.Loaders.ShouldBeEmpty();
    }

    [Fact]
    public void Machines_AreWaitedForHalfAnHour_AndNotCleanedUnasked() => settings.Provisioning.ShouldBe(new ProvisioningSettings
    {
        DeployCallbackTimeout = new TimeSpan(0, 30, 0),
        CleanCallbackTimeout = new TimeSpan(0, 30, 0),
        InspectTimeout = new TimeSpan(0, 30, 0),
        RescueCallbackTimeout = new TimeSpan(0, 30, 0),
        ServiceCallbackTimeout = new TimeSpan(0, 30, 0),
        AutomatedClean = false,
    });

    [Fact]
    public void Images_AreCachedInTwentyGibibytesForAWeek()
    {
        var cache = settings.Images.Cache;
        (cache.Folder(new StoreSettings()), cache.Size.Bytes, cache.TimeToLive).ShouldBe(("/var/lib/bootappliance/cache", 21_474_836_480, new TimeSpan(7, 0, 0, 0)));
        settings.Images.UseSwift.ShouldBeFalse();
    }

    [Fact]
    public void ObjectStores_AreNotSet()
    {
        (settings.Glance.Endpoint, settings.S3.Endpoint, settings.S3.Region, settings.S3.AccessKey, settings.S3.SecretKey.IsEmpty).ShouldBe((null, null, "", "", true));
        (settings.Swift.Endpoint, settings.Swift.Account, settings.Swift.Container, settings.Swift.TempUrlKey.IsEmpty).ShouldBe((null, "", "glance", true));
        (settings.Swift.TempUrlDuration, settings.Swift.TempUrlDigest).ShouldBe((new TimeSpan(0, 20, 0), TempUrlDigest.Sha256));
    }

    [Fact]
    public void Store_IsOneSqliteFile() =>
        (settings.Store.Provider, settings.Store.Path, settings.Store.ConnectionString.IsEmpty)
            .ShouldBe((StoreProvider.Sqlite, "/var/lib/bootappliance/bootappliance.db", true));
}
