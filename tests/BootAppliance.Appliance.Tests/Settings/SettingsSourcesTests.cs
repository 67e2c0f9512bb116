using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Settings;

namespace BootAppliance.Tests.Settings;

public class SettingsSourcesTests
{
    [Fact]
    public void CommandLine_GoesBeforeEnvironment_GoesBeforeFile_GoesBeforeDefault()
    {
        var settings = SettingsTexts.Accepted(
            "Tftp:\n  Root: /file\n  Port: 1001\nHttp:\n  Port: 1002\n  Root: /file\n",
            ["--Tftp:Port=3001"],
            new() { ["BOOTAPPLIANCE__Tftp__Port"] = "2001", ["BOOTAPPLIANCE__Http__Port"] = "2002" });

        (settings.Tftp.Port, settings.Http.Port, settings.Http.Root, settings.Tftp.Enabled).ShouldBe(((ushort)3001, (ushort)2002, "/file", true));
    }

    [Fact]
    public void Environment_MayBeInCapitals_AndStrangersAreIgnored()
    {
        var settings = SettingsTexts.Accepted(environment: new()
        {
            ["BOOTAPPLIANCE__DHCP__MODE"] = "off",
            ["PATH"] = "/bin",
            ["BOOTAPPLIANCE_LAB"] = "1",
            ["BOOTAPPLIANCE__HTTP__ROOT"] = "/srv",
        });

        (settings.Dhcp.Mode, settings.Http.Root).ShouldBe((DhcpMode.Off, "/srv"));
    }

    [Fact]
    public void ListItems_CanBeGivenOneByOne_InAnyOrder()
    {
        string[] servers = [.. Enumerable.Range(0, 11).Reverse().Select(i => $"--Dhcp:Subnets:0:DnsServers:{i}=192.0.2.{i + 1}")];

        var settings = SettingsTexts.Accepted(
            arguments: [.. servers, "--Dhcp:Subnets:1:Prefix=198.51.100.0/24", "--Dhcp:Subnets:0:Prefix=192.0.2.0/24", "--Network:Interface=eth1"]);

        settings.Dhcp.Subnets[0].DnsServers.ShouldBe(Enumerable.Range(1, 11).Select(i => IPAddress.Parse($"192.0.2.{i}")));
        settings.Dhcp.Subnets[1].Prefix.ShouldBe(IPNetwork.Parse("198.51.100.0/24"));
    }

    [Fact]
    public void ListItems_OfTheFile_CanBeReplacedInPart()
    {
        var settings = SettingsTexts.Accepted(
            "Network: { Interface: eth1 }\nDhcp:\n  Subnets:\n    - Prefix: 192.0.2.0/24\n      DomainName: lab.example\n",
            ["--Dhcp:Subnets:0:Prefix=198.51.100.0/24"]);

        (settings.Dhcp.Subnets[0].Prefix, settings.Dhcp.Subnets[0].DomainName).ShouldBe((IPNetwork.Parse("198.51.100.0/24"), "lab.example"));
    }

    [Fact]
    public void LastArgument_Wins_WhenAKeyIsGivenTwice() =>
        SettingsTexts.Accepted(arguments: ["--Tftp:Port=1", "--Tftp:Port=2"]).Tftp.Port.ShouldBe((ushort)2);

    [Fact]
    public void LoadersByVendor_AreRows_InTheirOrder()
    {
        var settings = SettingsTexts.Accepted("Boot:\n  LoadersByVendor:\n    - { Vendor: 18:66:DA, Architecture: X64Uefi, Loader: snponly.efi }\n    - { Vendor: \"98-03-9b\", Architecture: 11, Loader: own/arm.efi }");

        settings.Boot.LoadersByVendor.Select(row => (row.Vendor.ToString(), row.Architecture, row.Loader)).ShouldBe(
            [("18:66:da", ClientArchitecture.X64Uefi, "snponly.efi"), ("98:03:9b", ClientArchitecture.Arm64Uefi, "own/arm.efi")]);
    }

    [Fact]
    public void Loaders_AreNamedByNumberOrName()
    {
        var settings = SettingsTexts.Accepted("Boot:\n  Loaders: { 7: snponly.efi, x86bios: undionly.kpxe }", ["--Boot:Loaders:11=arm64/ipxe.efi"]);

        settings.Boot.Loaders.ShouldBe(
            new Dictionary<ClientArchitecture, string>
            {
                [(ClientArchitecture)7] = "snponly.efi",
                [(ClientArchitecture)0] = "undionly.kpxe",
                [(ClientArchitecture)11] = "arm64/ipxe.efi",
            },
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("Dhcp:\n  Subnets:\n  # all commented out\nTftp:\n  Port:\nBoot:\n")]
    [InlineData("Dhcp: { Subnets: [] }\nTftp: { Port: ~ }")]
    public void EmptyPlaces_KeepTheDefaults(string yaml)
    {
        var settings = SettingsTexts.Accepted(yaml);

        (settings.Dhcp.Subnets.Count, settings.Tftp.Port, settings.Boot.UnknownNode).ShouldBe((0, (ushort)69, UnknownNodeAction.LocalBoot));
    }

    [Theory]
    [InlineData("52:54:00:12:34:56")]
    [InlineData("52-54-00-12-34-56")]
    [InlineData("525400123456")]
    [InlineData("5254.0012.3456")]
    [InlineData("52:54:00:AB:cd:56", "52:54:00:ab:cd:56")]
    public void Mac_IsReadInAnyUsualNotation(string text, string mac = "52:54:00:12:34:56")
    {
        var settings = SettingsTexts.Accepted(
            arguments:
            [
                "--Network:Interface=eth1", "--Dhcp:Subnets:0:Prefix=192.0.2.0/24",
                $"--Dhcp:Subnets:0:Reservations:0:Mac={text}", "--Dhcp:Subnets:0:Reservations:0:Address=192.0.2.10",
            ]);

        settings.Dhcp.Subnets[0].Reservations[0].Mac.ToString().ShouldBe(mac);
    }

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("0", 0)]
    [InlineData("1 KiB", 1024)]
    [InlineData("20gib", 21_474_836_480)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("8388607TiB", 9_223_370_937_343_148_032)]
    public void Size_HasAUnit(string text, long bytes)
    {
        ByteSize.TryParse(text, out var size).ShouldBeTrue();
        size.Bytes.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1GiB")]
    [InlineData("1.5GiB")]
    [InlineData("20 parsecs")]
    [InlineData("8388608TiB")]
    [InlineData("99999999999999999999")]
    public void Size_IsRefused_WhenItIsNoNumberOfBytes(string text) => ByteSize.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Secrets_AreNotShown_ByTheRecords()
    {
        var settings = new ApplianceSettings { Swift = new() { TempUrlKey = new("hunter2") }, S3 = new() { SecretKey = new("hunter2") } };

        settings.S3.SecretKey.Reveal().ShouldBe("hunter2");
        settings.ToString().ShouldNotContain("hunter2");
        settings.ToString().ShouldContain("TempUrlKey = (secret)");
    }

    [Fact]
    public void File_IsNamed_WhenItCannotBeRead()
    {
        var (settings, problems) = SettingsLoader.Load("no-such-folder/none.yaml", []);

        settings.ShouldBeNull();
        problems.ShouldHaveSingleItem().ToString().ShouldStartWith("no-such-folder/none.yaml: cannot be read: ");
    }
}
