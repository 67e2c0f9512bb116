using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Hosting;
using BootAppliance.Settings;
using BootAppliance.Tests.Settings;

namespace BootAppliance.Tests.Hosting;

public class SettingsMappingTests
{
    private static readonly ProvisioningInterface nic = new("eth1", IPAddress.Parse("192.0.2.1"), IPNetwork.Parse("192.0.2.0/24"));

    [Theory]
    [InlineData(DhcpMode.Pool, 1)]
    [InlineData(DhcpMode.Proxy, 0)]
    public void Subnet_IsDerivedFromTheInterface_OnlyWhereAPoolIsWanted(DhcpMode mode, int count) =>
        SettingsMapping.Subnets(new DhcpSettings { Mode = mode }, nic).Count.ShouldBe(count);

    [Theory]
    [InlineData("", "192.0.2.0/24")]
    [InlineData("\nDhcp: { Subnets: [ { Prefix: 192.0.2.0/24 } ] }", "192.0.2.0/24")]
    [InlineData("\nDhcp: { Subnets: [ { Prefix: 198.51.100.0/24 }, { Prefix: 203.0.113.0/24 } ] }", "198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24")]
    public void TemporaryUrls_AreForTheNetworksOfTheMachines_BehindARelayToo(string dhcp, params string[] ranges) =>
        SettingsMapping.Delivery(SettingsTexts.Accepted("Network: { Interface: eth1 }\nSwift: { TempUrlIpRange: true }" + dhcp), nic).OnlyFor.ShouldBe(ranges.Select(range => IPNetwork.Parse(range)));

    [Fact]
    public void BlockSizeOfTftp_IsThatOfTheSubnet()
    {
        var settings = SettingsTexts.Accepted("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 192.0.2.0/24 }, { Prefix: 198.51.100.0/24, TftpMaxBlockSize: 1024 } ] }");
        var tftp = SettingsMapping.Tftp(settings, nic, _ => true);
        string[] clients = ["192.0.2.9", "198.51.100.9", "203.0.113.9"];
        clients.Select(client => tftp.MaxBlockSizeAt(IPAddress.Parse(client))).ShouldBe([null, 1024, null]);
    }

    [Fact]
    public void Subnet_HasItsOptionsEncoded_AndItsOwnPolicy()
    {
        var settings = SettingsTexts.Accepted("""
            Network: { Interface: eth1, Address: 192.0.2.1 }
            Dhcp:
              Subnets:
                - Prefix: 192.0.2.0/24
                  SharedNetwork: lab
                  Answer: PxeOnly
                  NextServer: 192.0.2.5
                  Router: 192.0.2.1
                  DomainSearch: [lab.example]
                  StaticRoutes: [ { Prefix: 198.51.100.0/24, Router: 192.0.2.9 } ]
                  InterfaceMtu: 9000
                  TftpServers: [192.0.2.7, 192.0.2.8]
                  CaptivePortal: https://lab.example/api
                  Options: [ { Code: 252, Type: uint16, Value: 258, Always: true } ]
                - { Prefix: 198.51.100.0/24, SharedNetwork: lab }
            """);
        var subnet = SettingsMapping.Subnets(settings.Dhcp, nic)[0];
        subnet.Options.Select(o => $"{(byte)o.Code} {Convert.ToHexString(o.Value.Span)}{(o.Always ? " always" : "")}").ShouldBe(
        [
            "26 2328",
            "119 036C6162076578616D706C6500",
            "121 18C63364C0000209" + "00C0000201",
            "150 C0000207C0000208",
            "114 68747470733A2F2F6C61622E6578616D706C652F617069",
            "252 0102 always",
        ]);
        (subnet.SharedNetwork, subnet.Answer, subnet.NextServer).ShouldBe(("lab", AnswerPolicy.PxeOnly, IPAddress.Parse("192.0.2.5")));
    }
}
