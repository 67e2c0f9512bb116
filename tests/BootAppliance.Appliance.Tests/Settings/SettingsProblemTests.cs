using BootAppliance.Settings;

namespace BootAppliance.Tests.Settings;

/// <summary>Mistakes in what is written: each is found, at its place, in one go.</summary>
public class SettingsProblemTests
{
    [Fact]
    public void EveryProblem_IsFoundAtOnce_AtItsLineAndColumn()
    {
        const string Yaml = """
            Network:
              Interface: eth1
              Adress: 192.0.2.1
            Dhcp:
              Mode: Poool
              Mode: Pool
              Subnets:
                - Prefix: 192.0.2.0/24
                  Pool: 192.0.3.100-192.0.3.200
                  LeaseTime: 1h
                - Pool: 198.51.100.9-198.51.100.5
                  Router: router
            Tftp: [69]
            Http:
              Port: 70000
            Images:
              Cache: { Size: 20 parsecs }
            Colour: blue
            """;

        SettingsTexts.Refused(Yaml, ["--Boot:UnknownNode=Panic"], new() { ["BOOTAPPLIANCE__Api__Sockte"] = "x" }).ShouldBe(
        [
            "appsettings.yaml:3:3: Network:Adress: unknown key; did you mean Address?",
            "appsettings.yaml:5:9: Dhcp:Mode: 'Poool' is not one of Off, Proxy, Reservations, Pool",
            "appsettings.yaml:6:3: Dhcp:Mode: stands here a second time; the first is at line 5",
            "appsettings.yaml:9:13: Dhcp:Subnets:0:Pool: 192.0.3.100-192.0.3.200 is not within the host addresses of 192.0.2.0/24",
            "appsettings.yaml:10:18: Dhcp:Subnets:0:LeaseTime: '1h' is not a duration, [days.]hours:minutes:seconds, such as 00:20:00 or 7.00:00:00",
            "appsettings.yaml:11:7: Dhcp:Subnets:1:Prefix: is missing here and has no default",
            "appsettings.yaml:11:13: Dhcp:Subnets:1:Pool: '198.51.100.9-198.51.100.5' is not a range of IPv4 addresses, the lower one first, such as 192.0.2.100-192.0.2.200",
            "appsettings.yaml:12:15: Dhcp:Subnets:1:Router: 'router' is not an IPv4 address such as 192.0.2.1",
            "appsettings.yaml:13:1: Tftp: expected a map (Key: value), found a list (- item)",
            "appsettings.yaml:15:9: Http:Port: '70000' is not a port number from 0 to 65535 such as 69",
            "appsettings.yaml:17:18: Images:Cache:Size: '20 parsecs' is not a size such as 20GiB or 500MB",
            "appsettings.yaml:18:1: Colour: unknown key; known here: Network, Dhcp, Tftp, Http, Api, Boot, Provisioning, Images, Glance, Swift, S3, Store",
            "environment variable BOOTAPPLIANCE__Api__Sockte: Api:Sockte: unknown key; did you mean Socket?",
            "command line: Boot:UnknownNode: 'Panic' is not one of Error, LocalBoot, Discover",
        ]);
    }

    [Theory]
    [InlineData("Tftp:\n\tPort: 69\n", "appsettings.yaml:2:1: not valid YAML: ")]
    [InlineData("Tftp: {\n", "appsettings.yaml:2:1: not valid YAML: ")]
    [InlineData("Tftp:\n  Port: 69\n Root: x\n", "appsettings.yaml:3:2: not valid YAML: ")]
    public void Syntax_IsLocated(string yaml, string start)
    {
        var problem = SettingsTexts.Refused(yaml).ShouldHaveSingleItem();

        problem.ShouldStartWith(start);
        problem.Length.ShouldBeGreaterThan(start.Length + 10);
    }

    [Fact]
    public void Syntax_DoesNotHideTheOtherSources() =>
        SettingsTexts.Refused("Tftp: {", ["--Tftp:Port=x"]).Last().ShouldBe("command line: Tftp:Port: 'x' is not a port number from 0 to 65535 such as 69");

    [Theory]
    [InlineData("- Network", "appsettings.yaml:1:1: expected sections such as Network: and Dhcp:, found a list (- item)")]
    [InlineData("just text", "appsettings.yaml:1:1: expected sections such as Network: and Dhcp:, found a single value")]
    [InlineData("Network: {}\n---\nDhcp: {}", "appsettings.yaml:2:1: a second YAML document begins here; settings are one document")]
    [InlineData("Network: &n { Interface: eth1 }\nDhcp: *n", "appsettings.yaml:2:7: Dhcp: anchors and aliases are not understood in settings; write the value out")]
    [InlineData("? [a, b]\n: c", "appsettings.yaml:1:3: a key is a single word, found a list (- item)")]
    public void Document_OfAnotherForm_IsRefused(string yaml, string problem) => SettingsTexts.Refused(yaml).ShouldBe([problem]);

    [Fact]
    public void Document_NestedWithoutEnd_IsRefused() =>
        SettingsTexts.Refused($"Boot: {new string('[', 100_000)}").ShouldHaveSingleItem().ShouldContain("nested more than 32 levels deep");

    [Theory]
    [InlineData("Network:\n  Interface: [eth1]", "2:3: Network:Interface: expected a text, found a list (- item)")]
    [InlineData("Network:\n  Address:\n    Ip: 192.0.2.1", "2:3: Network:Address: expected an IPv4 address such as 192.0.2.1, found a map (Key: value)")]
    [InlineData("Dhcp:\n  Subnets: 192.0.2.0/24", "2:12: Dhcp:Subnets: expected a list (- item), found a single value")]
    [InlineData("Dhcp:\n  Subnets:\n    Prefix: 192.0.2.0/24", "2:3: Dhcp:Subnets: expected a list (- item), found a map (Key: value)")]
    [InlineData("Boot:\n  Loaders: [ipxe.efi]", "2:3: Boot:Loaders: expected a map (Key: value), found a list (- item)")]
    [InlineData("Network: eth1", "1:10: Network: expected a map (Key: value), found a single value")]
    [InlineData("Tftp:\n  SinglePort: yes", "2:15: Tftp:SinglePort: 'yes' is not true or false")]
    [InlineData("Tftp:\n  Port: \"\"", "2:9: Tftp:Port: '' is not a port number from 0 to 65535 such as 69")]
    [InlineData("Tftp:\n  Port: -1", "2:9: Tftp:Port: '-1' is not a port number from 0 to 65535 such as 69")]
    [InlineData("Tftp:\n  MaxBlockSize: 1k", "2:17: Tftp:MaxBlockSize: '1k' is not a whole number such as 1500")]
    [InlineData("Tftp:\n  PortRange: 40000", "2:14: Tftp:PortRange: '40000' is not a range of ports such as 40000-40100")]
    [InlineData("Network:\n  Address: 10.1", "2:12: Network:Address: '10.1' is not an IPv4 address such as 192.0.2.1")]
    [InlineData("Network:\n  Address: 2001:db8::1", "2:12: Network:Address: '2001:db8::1' is not an IPv4 address such as 192.0.2.1")]
    [InlineData("Api:\n  AuthStrategy: keystone", "2:17: Api:AuthStrategy: 'keystone' is not one of none, http_basic")]
    [InlineData("Api:\n  Endpoint: 127.0.0.1:6385", "2:13: Api:Endpoint: '127.0.0.1:6385' is not an http or https URL such as http://127.0.0.1:6385")]
    [InlineData("Dhcp:\n  Mode: 3", "2:9: Dhcp:Mode: '3' is not one of Off, Proxy, Reservations, Pool")]
    [InlineData("Images:\n  Cache:\n    TimeToLive: 7", "3:17: Images:Cache:TimeToLive: '7' is not a duration, [days.]hours:minutes:seconds, such as 00:20:00 or 7.00:00:00")]
    [InlineData("Boot:\n  Loaders:\n    Toaster: a.efi", "3:5: Boot:Loaders:Toaster: 'Toaster' is not a client architecture, by number (7) or name (X64Uefi)")]
    [InlineData("Boot:\n  Loaders: { 7: a.efi, X64Uefi: b.efi }", "2:24: Boot:Loaders:X64Uefi: is the same as another key here: both mean X64Uefi")]
    [InlineData("Tftp:\n  Port: \"6\\e[31m9\"", "2:9: Tftp:Port: '6\uFFFD[31m9' is not a port number from 0 to 65535 such as 69")]
    public void Value_OfTheWrongKind_IsExplained(string yaml, string problem) => SettingsTexts.Refused(yaml).ShouldBe([$"appsettings.yaml:{problem}"]);

    [Theory]
    [InlineData("Prefix: 192.0.2.5/24", "4:15: Dhcp:Subnets:0:Prefix: '192.0.2.5/24' is not an IPv4 prefix such as 192.0.2.0/24 (with zeros behind the length)")]
    [InlineData("Prefix:", "4:14: Dhcp:Subnets:0:Prefix: is missing here and has no default")]
    [InlineData("Prefix: 192.0.2.0/24\n      Pool: 192.0.2.9", "5:13: Dhcp:Subnets:0:Pool: '192.0.2.9' is not a range of IPv4 addresses, the lower one first, such as 192.0.2.100-192.0.2.200")]
    [InlineData("Prefix: 192.0.2.0/24\n      DnsServers: [192.0.2.1, dns]", "5:31: Dhcp:Subnets:0:DnsServers:1: 'dns' is not an IPv4 address such as 192.0.2.1")]
    [InlineData("Prefix: 192.0.2.0/24\n      DnsServers:\n        -\n        - 192.0.2.1", "6:10: Dhcp:Subnets:0:DnsServers:0: is empty; fill it in or remove its line")]
    [InlineData("Prefix: 192.0.2.0/24\n      Reservations: [ { Mac: 52:54, Address: 192.0.2.9 } ]", "5:30: Dhcp:Subnets:0:Reservations:0:Mac: '52:54' is not a MAC address such as 52:54:00:12:34:56")]
    public void Subnet_ThatCannotBeRead_IsExplained(string subnet, string problem) =>
        SettingsTexts.Refused($"Network: {{ Interface: eth1 }}\nDhcp:\n  Subnets:\n    - {subnet}").ShouldBe([$"appsettings.yaml:{problem}"]);

    [Theory]
    [InlineData("--Dhcp:mod=Off", "Dhcp:mod: unknown key; did you mean Mode?")]
    [InlineData("--Dchp:Mode=Off", "Dchp: unknown key; did you mean Dhcp?")]
    [InlineData("--Boot:unknown_node=Error", "Boot:unknown_node: unknown key; did you mean UnknownNode?")]
    [InlineData("--Tftp:Port", "Tftp:Port: has no value; write --Tftp:Port=value")]
    [InlineData("--Tftp:Port:Number=69", "Tftp:Port:Number: unknown key; Tftp:Port is a single value")]
    [InlineData("--Tftp=off", "Tftp: expected a map (Key: value), found a single value")]
    [InlineData("--Dhcp:Subnets:2:Prefix=192.0.2.0/24", "Dhcp:Subnets:2: items are counted from 0, and the next new one would be 0")]
    [InlineData("--Dhcp:Subnets:first:Prefix=192.0.2.0/24", "Dhcp:Subnets:first: items are counted from 0, and the next new one would be 0")]
    public void Argument_ThatIsWrong_IsExplained(string argument, string problem) => SettingsTexts.Refused(arguments: [argument]).ShouldBe([$"command line: {problem}"]);

    [Fact]
    public void Problems_OfOneSource_DoNotNameAnother()
    {
        SettingsTexts.Refused("Tftp:\n  Port: x", ["--Tftp:Port=y"]).ShouldBe(["command line: Tftp:Port: 'y' is not a port number from 0 to 65535 such as 69"]);
        SettingsTexts.Accepted("Tftp:\n  Port: x", ["--Tftp:Port=69"]).Tftp.Port.ShouldBe((ushort)69);
    }

    [Theory]
    [InlineData("Swift: { TempUrlKey: [hunter2] }")]
    [InlineData("S3: { SecretKey: { hunter2: hunter2 } }")]
    [InlineData("Store:\n  ConnectionString: Password=hunter2\n")]
    [InlineData("Store: { Provider: PostgreSql, ConnectionString: Password=hunter2 }")]
    [InlineData("Images: { UseSwift: true }\nSwift: { TempUrlKey: hunter2, TempUrlKey2: hunter2 }\n")]
    [InlineData("Glance: { Token: hunter2, Keystone: { Endpoint: http://keystone:5000, Password: hunter2 } }")]
    public void Secrets_AreNotShown_ByProblems(string yaml) => string.Concat(SettingsTexts.Refused(yaml)).ShouldNotContain("hunter2");
}
