using BootAppliance.Settings;

namespace BootAppliance.Tests.Settings;

/// <summary>Contradictions between values that can each be read.</summary>
public class SettingsRulesTests
{
    private const string Subnet = "Network: { Interface: eth1, Address: 192.0.2.1 }\nDhcp:\n  Subnets:\n    - Prefix: 192.0.2.0/24\n      ";

    [Theory]
    [InlineData("Pool: 192.0.1.250-192.0.2.0", "5:13: Dhcp:Subnets:0:Pool: 192.0.1.250-192.0.2.0 is not within the host addresses of 192.0.2.0/24")]
    [InlineData("Pool: 192.0.2.250-192.0.2.255", "5:13: Dhcp:Subnets:0:Pool: 192.0.2.250-192.0.2.255 is not within the host addresses of 192.0.2.0/24")]
    [InlineData("Pool: 192.0.2.100-192.0.3.5", "5:13: Dhcp:Subnets:0:Pool: 192.0.2.100-192.0.3.5 is not within the host addresses of 192.0.2.0/24")]
    [InlineData(
        "Pool: 192.0.2.1-192.0.2.9",
        "5:13: Dhcp:Subnets:0:Pool: 192.0.2.1-192.0.2.9 includes 192.0.2.1, which is this appliance (Network:Address); two machines would get into each other's way")]
    [InlineData(
        "Pool: 192.0.2.2-192.0.2.9\n      Router: 192.0.2.9",
        "5:13: Dhcp:Subnets:0:Pool: 192.0.2.2-192.0.2.9 includes 192.0.2.9, which is the Router; two machines would get into each other's way")]
    [InlineData(
        "Pool: 192.0.2.2-192.0.2.9\n      DnsServers: [203.0.113.1, 192.0.2.5]",
        "5:13: Dhcp:Subnets:0:Pool: 192.0.2.2-192.0.2.9 includes 192.0.2.5, which is one of DnsServers; two machines would get into each other's way")]
    [InlineData("Router: 198.51.100.1", "5:15: Dhcp:Subnets:0:Router: 198.51.100.1 is not an address for a host in 192.0.2.0/24; machines could not reach it")]
    [InlineData("LeaseTime: 00:00:00", "5:18: Dhcp:Subnets:0:LeaseTime: 00:00:00 is not between one second and 365 days")]
    [InlineData("UnknownLeaseTime: 366.00:00:00", "5:25: Dhcp:Subnets:0:UnknownLeaseTime: 366.00:00:00 is not between one second and 365 days")]
    [InlineData("DomainName: lab example", "5:19: Dhcp:Subnets:0:DomainName: is not a domain name such as lab.example (letters, digits, hyphens and dots)")]
    [InlineData("DomainSearch: [lab.example, 'a b']", "5:35: Dhcp:Subnets:0:DomainSearch:1: is not a domain name such as lab.example (letters, digits, hyphens and dots)")]
    [InlineData("InterfaceMtu: 67", "5:21: Dhcp:Subnets:0:InterfaceMtu: 67 is not between 68 and 65535 bytes")]
    [InlineData("TftpMaxBlockSize: 511", "5:25: Dhcp:Subnets:0:TftpMaxBlockSize: 511 is not between 512 and 65464 bytes; 1024 passes nearly everywhere")]
    [InlineData(
        "StaticRoutes: [ { Prefix: 198.51.100.0/24, Router: 198.51.100.1 } ]",
        "5:58: Dhcp:Subnets:0:StaticRoutes:0:Router: 198.51.100.1 is not an address for a host in 192.0.2.0/24; machines could not reach it (0.0.0.0: the prefix is on the link itself)")]
    [InlineData("SharedNetwork: lab", "5:22: Dhcp:Subnets:0:SharedNetwork: no other subnet is in the shared network 'lab'; write the same name into each subnet of the wire")]
    public void Subnet_ThatContradictsItself_IsRefused(string more, string problem) => SettingsTexts.Refused(Subnet + more).ShouldBe([$"appsettings.yaml:{problem}"]);

    [Theory]
    [InlineData("{ Code: 66, Type: text, Value: x }", "Code: option 66 has a setting of its own, NextServer")]
    [InlineData("{ Code: 0, Type: hex, Value: '00' }", "Code: option 0 belongs to the protocol itself")]
    [InlineData("{ Code: 50, Type: ip, Value: 192.0.2.1 }", "Code: option 50 belongs to the protocol itself")]
    [InlineData("{ Code: 82, Type: hex, Value: '00' }", "Code: option 82 belongs to the protocol itself")]
    [InlineData("{ Code: 67, Type: text, Value: x }", "Code: option 67 says what a machine boots, which is decided for each machine")]
    [InlineData("{ Code: 28, Type: ip, Value: 192.0.2.255 }", "Code: option 28 follows from the Prefix")]
    [InlineData("{ Code: 256, Type: text, Value: x }", "Code: '256' is not a number from 0 to 255")]
    [InlineData("{ Code: 252, Type: word, Value: x }", "Type: 'word' is not one of text, ip, ip-list, uint8, uint16, uint32, bool, hex")]
    [InlineData("{ Code: 252, Type: uint16, Value: 65536 }", "Value: '65536' is not a number from 0 to 65535")]
    [InlineData("{ Code: 252, Type: ip-list, Value: 192.0.2.1 192.0.2.2 }", "Value: '192.0.2.1 192.0.2.2' is not a list of IPv4 addresses such as 192.0.2.1, 192.0.2.2")]
    [InlineData("{ Code: 252, Type: hex, Value: abc }", "Value: 'abc' is not a row of bytes in hexadecimal digits such as 01:0a:ff")]
    public void Option_ThatIsNotTheOperators_OrHasAnotherType_IsRefused(string option, string problem) =>
        SettingsTexts.Refused($"{Subnet}Options: [ {option} ]").ShouldHaveSingleItem().ShouldEndWith($": Dhcp:Subnets:0:Options:0:{problem}");

    [Theory]
    [InlineData("{ Mac: 52:54:00:00:00:01, Address: 198.51.100.9 }", "6:44: Dhcp:Subnets:0:Reservations:0:Address: 198.51.100.9 is not an address for a host in 192.0.2.0/24")]
    [InlineData("{ Mac: 52:54:00:00:00:01, Address: 192.0.2.1 }", "6:44: Dhcp:Subnets:0:Reservations:0:Address: 192.0.2.1 is this appliance (Network:Address)")]
    [InlineData(
        "{ Mac: 52:54:00:00:00:01, Address: 192.0.2.9, HostName: _x }",
        "6:65: Dhcp:Subnets:0:Reservations:0:HostName: is not a host name such as node1 (letters, digits, hyphens and dots)")]
    [InlineData(
        "{ Mac: 52:54:00:00:00:01, Address: 192.0.2.9 }\n      - { Mac: 52-54-00-00-00-01, Address: 192.0.2.10 }",
        "7:16: Dhcp:Subnets:0:Reservations:1:Mac: 52:54:00:00:00:01 has a reservation already, Dhcp:Subnets:0:Reservations:0")]
    [InlineData(
        "{ Mac: 52:54:00:00:00:01, Address: 192.0.2.9 }\n      - { Mac: 52:54:00:00:00:02, Address: 192.0.2.9 }",
        "7:44: Dhcp:Subnets:0:Reservations:1:Address: 192.0.2.9 is reserved already, for 52:54:00:00:00:01 in Dhcp:Subnets:0:Reservations:0")]
    public void Reservation_ThatContradictsAnother_IsRefused(string reservations, string problem) =>
        SettingsTexts.Refused($"{Subnet}Reservations:\n      - {reservations}").ShouldBe([$"appsettings.yaml:{problem}"]);

    [Fact]
    public void LeaseKey_WithoutAPool_IsRefused() =>
        SettingsTexts.Refused("Network: { Interface: eth1 }\nDhcp: { Mode: Proxy, LeaseKey: ClientId }").ShouldBe(
            ["appsettings.yaml:2:32: Dhcp:LeaseKey: ClientId tells the machines of a pool apart, and in Dhcp:Mode Proxy there is none; leave it at Mac"]);

    [Fact]
    public void Subnets_ThatOverlap_AreRefused() =>
        SettingsTexts.Refused("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 192.0.2.0/24 }, { Prefix: 198.51.100.0/24 }, { Prefix: 192.0.2.128/25 } ] }")
            .ShouldBe(["appsettings.yaml:2:85: Dhcp:Subnets:2:Prefix: 192.0.2.128/25 overlaps 192.0.2.0/24 of Dhcp:Subnets:0; an address belongs to one subnet"]);

    [Theory]
    [InlineData("{ Prefix: 10.0.0.0/8, Pool: 10.0.0.1-10.1.0.1 }", "10.0.0.1-10.1.0.1 has 65537 addresses; at most 65536 are allowed")]
    [InlineData("{ Prefix: 192.0.2.0/31 }", "192.0.2.0/31 has no room for this appliance and a machine; the longest prefix is /30")]
    public void Subnet_OfAnImpossibleSize_IsRefused(string subnet, string problem) =>
        SettingsTexts.Refused($"Network: {{ Interface: eth1 }}\nDhcp: {{ Subnets: [ {subnet} ] }}").ShouldHaveSingleItem().ShouldEndWith(problem);

    [Fact]
    public void Pool_OfTheLargestSize_IsAccepted() =>
        SettingsTexts.Accepted("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 10.0.0.0/8, Pool: 10.0.0.1-10.1.0.0 } ] }").Dhcp.Subnets[0].Pool!.Count.ShouldBe(65536);

    [Theory]
    [InlineData("Dhcp: { Subnets: [ { Prefix: 192.0.2.0/24 } ] }", "Network:Interface: Dhcp:Subnets is given, and Dhcp:Mode Pool needs the interface that the machines are on")]
    [InlineData(
        "Dhcp: { Mode: Reservations, Subnets: [ { Prefix: 192.0.2.0/24, Reservations: [ { Mac: 52:54:00:00:00:01, Address: 192.0.2.9 } ] } ] }",
        "Network:Interface: Dhcp:Mode Reservations needs the interface that the machines are on")]
    [InlineData("Network: { Interface: eth1 }\nDhcp: { Mode: Reservations }", "Dhcp:Mode: Reservations answers only machines that are listed in Dhcp:Subnets:…:Reservations, and none is")]
    [InlineData("Network: { Interface: a-name-far-too-long }", "Network:Interface: is not the name of a network interface such as eth1 (at most 15 characters, no blank, no slash)")]
    [InlineData("Network: { Address: 255.255.255.255 }", "Network:Address: 255.255.255.255 cannot be the address of this appliance: machines could not send to it")]
    [InlineData("Network: { Address: 192.0.2.1 }", "Network:Address: 192.0.2.1 is of use only with the interface that has it: set Network:Interface too")]
    [InlineData("Http: { Port: 0 }", "Http:Port: 0 is no port that could stand in a URL, such as 80")]
    [InlineData("Http: { Root: '' }", "Http:Root: must name a folder such as /var/lib/bootappliance/http")]
    [InlineData("Tftp: { Port: 0 }", "Tftp:Port: 0 is no port that machines could ask, such as 69")]
    [InlineData("Tftp: { MaxBlockSize: 70000 }", "Tftp:MaxBlockSize: 70000 is not between 512 and 65464 bytes; 1024 passes nearly everywhere")]
    [InlineData("Tftp: { RollOver: 2 }", "Tftp:RollOver: 2 is neither 0 nor 1, the numbers that can follow block 65535")]
    [InlineData("Tftp: { MaxTransfersPerAddress: 0 }", "Tftp:MaxTransfersPerAddress: 0 would serve nobody; a machine needs 1 or 2")]
    [InlineData("Tftp: { PortRange: 40100-40000 }", "Tftp:PortRange: 40100-40000 is reversed; write 40000-40100")]
    [InlineData("Tftp: { PortRange: 40000-40100, SinglePort: true }", "Tftp:PortRange: contradicts Tftp:SinglePort: true, with which every transfer stays on Tftp:Port; keep one of the two")]
    [InlineData("Api: { Endpoint: http://127.0.0.1:6385/v1 }", "Api:Endpoint: is where to listen: scheme, address and port only, such as http://127.0.0.1:6385")]
    [InlineData("Api: { AuthStrategy: http_basic, HtpasswdFile: '' }", "Api:HtpasswdFile: Api:AuthStrategy http_basic needs this file, and none is named; make it with: htpasswd -c -B -C 10 FILE USER")]
    [InlineData("Api: { AuthStrategy: http_basic, Endpoint: http://appliance.example:6385 }", "Api:Endpoint: appliance.example is a name, and here stands the address to listen on, such as 192.0.2.1, or 0.0.0.0 for every IPv4 address of this machine")]
    [InlineData("Api: { Endpoint: https://127.0.0.1:6385 }", "Api:CertificateFile: Api:Endpoint https://127.0.0.1:6385 needs a certificate in PEM form, and none is named")]
    [InlineData("Api: { CertificateFile: /etc/server.pem }", "Api:CertificateFile: is for an https endpoint, and Api:Endpoint is http://127.0.0.1:6385; write https there, or leave this empty")]
    [InlineData("Api: { KeyFile: /etc/server.key }", "Api:KeyFile: is for an https endpoint, and Api:Endpoint is http://127.0.0.1:6385; write https there, or leave this empty")]
    [InlineData("Boot: { Script: /etc/bootappliance/none.ipxe }", "Boot:Script: /etc/bootappliance/none.ipxe does not exist; leave it empty for the built-in boot.ipxe")]
    [InlineData("Boot: { ConfigApiRootUrl: ftp://192.0.2.1 }", "Boot:ConfigApiRootUrl: is not an http or https URL such as http://192.0.2.1:8080 (it goes into boot scripts as it is)")]
    [InlineData("Boot: { ConfigApiRootUrl: \"http://192.0.2.1/\\nshell\" }", "Boot:ConfigApiRootUrl: is not an http or https URL such as http://192.0.2.1:8080 (it goes into boot scripts as it is)")]
    [InlineData("Boot: { KernelAppendParams: \"quiet\\nshell\" }", "Boot:KernelAppendParams: kernel arguments must stand on one line, without control characters")]
    [InlineData("Boot: { KernelAppendParams: \"quiet || shell\" }", "Boot:KernelAppendParams: '||' alone in kernel arguments would end the command in iPXE")]
    [InlineData("Boot: { DeployKernel: ftp://198.18.0.1/kernel }", "Boot:DeployKernel: 'ftp://198.18.0.1/kernel' cannot be fetched: write the path of a file below Http:Root, or a file://, http://, https://, glance://, swift:// or s3:// URL")]
    [InlineData("Boot: { RescueRamdisk: ../ramdisk }", "Boot:RescueRamdisk: '../ramdisk' leaves the image folder: write a path below Http:Root, for example 'debian/vmlinuz'")]
    [InlineData("Boot: { KernelAppendParams: \"quiet #x\" }", "Boot:KernelAppendParams: '#x' in kernel arguments would be a comment to iPXE")]
    [InlineData("Boot: { Loaders: { 7: ../../etc/passwd } }", "Boot:Loaders:X64Uefi: '../../etc/passwd' is not a file name such as snponly.efi (at most 127 bytes of ASCII without blanks, #, ? and %, no leading slash, no ..)")]
    [InlineData("Boot: { LoadersByVendor: [ { Vendor: 18:66:da, Architecture: 7, Loader: /x.efi } ] }", "Boot:LoadersByVendor:0:Loader: '/x.efi' is not a file name such as snponly.efi (at most 127 bytes of ASCII without blanks, #, ? and %, no leading slash, no ..)")]
    [InlineData("Boot: { LoadersByVendor: [ { Vendor: 18:66, Architecture: 7, Loader: x.efi } ] }", "Boot:LoadersByVendor:0:Vendor: '18:66' is not the first three bytes of a MAC address such as 18:66:da")]
    [InlineData("Images: { Cache: { Path: /var/lib/bootappliance/http/cache } }", "Images:Cache:Path: lies in a folder that is served as it is: give the cache a folder of its own")]
    [InlineData("Images: { Cache: { Size: 0 } }", "Images:Cache:Size: must be more than nothing, such as 20GiB")]
    [InlineData("Images: { AllowedRoots: [ srv ] }", "Images:AllowedRoots:0: is no absolute path of a folder, such as /srv/images")]
    [InlineData("Images: { AllowedRoots: [ /srv, /var/lib ] }", "Images:AllowedRoots:1: holds the cache or the database, and nodes may name every file in it: name a folder that has images only")]
    [InlineData("Images: { Cache: { Path: /data/cache }, AllowedRoots: [ /data/ ] }", "Images:AllowedRoots:0: holds the cache or the database, and nodes may name every file in it: name a folder that has images only")]
    [InlineData("Store: { Path: '' }", "Store:Path: Store:Provider Sqlite needs the path of its file, such as /var/lib/bootappliance/bootappliance.db")]
    [InlineData("Store: { ConnectionString: Host=db }", "Store:ConnectionString: is for Store:Provider PostgreSql, and the provider is Sqlite, which has only Store:Path")]
    public void Contradiction_IsRefused(string yaml, string problem) => Messages(yaml).ShouldBe([problem]);

    [Theory]
    [InlineData("http://0.0.0.0:6385")]
    [InlineData("http://192.0.2.1:6385")]
    [InlineData("http://[::]:6385")]
    [InlineData("http://appliance.example:6385")]
    [InlineData("https://192.0.2.1:6385")]
    public void Api_OnAnythingButLoopback_IsRefused_WithoutAuthentication(string endpoint) =>
        Messages($"Api: {{ Endpoint: \"{endpoint}\"{(endpoint.StartsWith("https", StringComparison.Ordinal) ? ", CertificateFile: /etc/server.pem" : "")} }}").ShouldBe(
        [
            $"Api:Endpoint: {endpoint} can be reached from other machines, and with Api:AuthStrategy none everybody there could rebuild every node; "
                + "use a loopback address (http://127.0.0.1:6385), or Api:AuthStrategy http_basic with Api:HtpasswdFile",
        ]);

    [Theory]
    [InlineData("http://127.0.0.1:6385")]
    [InlineData("http://127.8.9.10:1")]
    [InlineData("http://localhost:6385")]
    [InlineData("http://[::1]:6385/")]
    public void Api_OnLoopback_IsAccepted(string endpoint) => SettingsTexts.Accepted($"Api: {{ Endpoint: \"{endpoint}\" }}").Api.Endpoint.ShouldBe(new Uri(endpoint));

    [Theory]
    [InlineData("{ Endpoint: \"http://0.0.0.0:6385\", AuthStrategy: http_basic }")]
    [InlineData("{ Endpoint: \"https://[::]:6385\", AuthStrategy: http_basic, CertificateFile: /etc/server.pem }")]
    [InlineData("{ Endpoint: https://localhost:6385, CertificateFile: /etc/server.pem, KeyFile: /etc/server.key }")]
    public void Api_WithItsFiles_IsAccepted_AndTheFilesAreNotLookedAt(string api) => SettingsTexts.Accepted($"Api: {api}");

    [Fact]
    public void Api_SocketPath_IsAsLongAsLinuxTakes()
    {
        SettingsTexts.Accepted(arguments: [$"--Api:Socket=/{new string('s', 106)}"]).Api.Socket.Length.ShouldBe(107);
        SettingsTexts.Refused(arguments: [$"--Api:Socket=/{new string('s', 107)}"]).ShouldHaveSingleItem().ShouldContain("Api:Socket: must be a path of 1 to 107 bytes");
    }

    [Theory]
    [InlineData("Store: { Provider: PostgreSql, ConnectionString: Host=db }", "Store:Provider: PostgreSql is not in this version; use Sqlite")]
    public void Function_OfALaterVersion_IsRefused(string yaml, params string[] problems) => Messages(yaml).Order().ShouldBe(problems);

    [Theory]
    [InlineData(
        "Images: { UseSwift: true }",
        "Swift:Endpoint: Images:UseSwift needs the URL of the object store, such as https://swift.example:8080",
        "Swift:TempUrlKey: is what images in Swift are fetched with: write a key of the account (X-Account-Meta-Temp-URL-Key) or of the container (X-Container-Meta-Temp-URL-Key)")]
    [InlineData("Swift: { Endpoint: http://swift:8080, TempUrlKey: k }", "Swift:Account: is not set: write the account as it is in Swift's URLs, such as AUTH_6c1d…")]
    [InlineData("Swift: { Endpoint: http://swift:8080/v1/AUTH_a, Account: AUTH_b, TempUrlKey: k }", "Swift:Account: is not AUTH_a, which is the account in Swift:Endpoint")]
    [InlineData("Swift: { TempUrlKey2: k }", "Swift:TempUrlKey2: is the second key, and there is no Swift:TempUrlKey")]
    [InlineData("Swift: { MultipleContainersSeed: 33 }", "Swift:MultipleContainersSeed: must be what Glance has for swift_store_multiple_containers_seed, from 0 to 32")]
    [InlineData("Swift: { TempUrlDuration: 00:00:00 }", "Swift:TempUrlDuration: must be a second or more, such as 00:20:00")]
    [InlineData(
        "Swift: { TempUrlExpectedDownloadStartDelay: 00:30:00 }",
        "Swift:TempUrlExpectedDownloadStartDelay: is more than Swift:TempUrlDuration (00:20:00): a URL would be over before a machine begins with it")]
    [InlineData(
        "Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 192.0.2.0/24 }, { Prefix: 198.51.100.0/24 } ] }\nBoot: { ConfigApiRootUrl: 'http://192.0.2.9' }\nSwift: { TempUrlIpRange: true }",
        "Swift:TempUrlIpRange: names the network of the machine that asks for its script, and the proxy of Boot:ConfigApiRootUrl hides which of Dhcp:Subnets that is")]
    [InlineData("S3: { Delivery: Direct }", "S3:AccessKey: images in S3 need the id of an access key", "S3:Region: is not set: write the region that the store says it is in, such as us-east-1", "S3:SecretKey: images in S3 need the secret of the access key")]
    [InlineData("S3: { Endpoint: http://s3:9000/base, Region: r, AccessKey: a, SecretKey: s }", "S3:Endpoint: is scheme, host and port only, such as http://s3.example:9000: a path would be signed as a bucket")]
    [InlineData("S3: { UrlDuration: 7.00:00:01 }", "S3:UrlDuration: must be from a second to 7.00:00:00, which is as long as S3 accepts")]
    [InlineData("Glance: { Token: t }", "Glance:Endpoint: is not set: write the URL of Glance, such as http://glance.example:9292")]
    [InlineData("Glance: { Endpoint: http://glance:9292, Token: t, Keystone: { Endpoint: http://keystone:5000, User: u, Password: p, Project: p } }", "Glance:Token: and Glance:Keystone are two ways to log in: write one of them")]
    [InlineData(
        "Glance: { Endpoint: http://glance:9292, Keystone: { Endpoint: http://keystone:5000 } }",
        "Glance:Keystone:Password: is what logs in to Keystone, and it is not set",
        "Glance:Keystone:Project: is the project that images are shown to, and it is not set",
        "Glance:Keystone:User: is who logs in to Keystone, and it is not set")]
    public void ObjectStore_ThatCannotWork_IsRefused(string yaml, params string[] problems) => Messages(yaml).Order().ShouldBe(problems);

    [Theory]
    [InlineData("Images: { UseSwift: true }\nSwift: { Endpoint: http://swift:8080, Account: AUTH_a, TempUrlKey: k, TempUrlKey2: l, TempUrlDigest: sha512, TempUrlIpRange: true }")]
    [InlineData("Swift: { Endpoint: http://swift:8080/v1/AUTH_a, TempUrlKey: k }")]
    [InlineData("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 192.0.2.0/24 }, { Prefix: 198.51.100.0/24 } ] }\nSwift: { TempUrlIpRange: true }")]
    [InlineData("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 192.0.2.0/24 } ] }\nBoot: { ConfigApiRootUrl: 'http://192.0.2.9' }\nSwift: { TempUrlIpRange: true }")]
    [InlineData("S3: { Region: us-east-1, AccessKey: a, SecretKey: s, Delivery: Direct, AddressStyle: VirtualHost }")]
    [InlineData("Glance: { Endpoint: http://glance:9292 }")]
    public void ObjectStore_IsAccepted(string yaml) => SettingsTexts.Accepted(yaml);

    [Fact]
    public void KernelAppendParams_MayUseSettingsOfIpxe() =>
        SettingsTexts.Accepted("Boot: { KernelAppendParams: \"console=ttyS0 BOOTIF=01-${net0/mac:hexhyp}\" }").Boot.KernelAppendParams.ShouldEndWith("${net0/mac:hexhyp}");

    [Fact]
    public void Files_ThatSettingsName_AreLookedFor()
    {
        var (settings, problems) = SettingsTexts.Load("Boot: { Script: /srv/mine.ipxe }", fileExists: path => path == "/srv/mine.ipxe");

        problems.ShouldBeEmpty();
        settings!.Boot.Script.ShouldBe("/srv/mine.ipxe");
    }

    [Theory]
    [InlineData("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 192.0.2.0, Pool: 192.0.2.100-192.0.2.200, Router: 192.0.2.1 } ] }", "Dhcp:Subnets:0:Prefix")]
    [InlineData("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: nonsense }, { Prefix: 192.0.2.0/24 } ] }", "Dhcp:Subnets:0:Prefix")]
    [InlineData("Dhcp: { Mode: Poool, Subnets: [ { Prefix: 192.0.2.0/24 } ] }", "Dhcp:Mode")]
    public void Contradiction_IsNotClaimed_AboutAValueThatCouldNotBeRead(string yaml, string unreadable) =>
        Messages(yaml).ShouldHaveSingleItem().ShouldStartWith($"{unreadable}: '");

    [Fact]
    public void Contradiction_IsCountedFromTheRightItem_AfterOneThatCouldNotBeRead() =>
        Messages("Network: { Interface: eth1 }\nDhcp: { Subnets: [ 198.51.100.0/24, { Prefix: 192.0.2.0/24, Router: 10.0.0.1 } ] }").ShouldBe(
        [
            "Dhcp:Subnets:0: expected a map (Key: value), found a single value",
            "Dhcp:Subnets:1:Router: 10.0.0.1 is not an address for a host in 192.0.2.0/24; machines could not reach it",
        ]);

    [Fact]
    public void Contradiction_OfTheCommandLine_NamesTheCommandLine() =>
        SettingsTexts.Refused("Network: { Interface: eth1 }\nDhcp: { Subnets: [ { Prefix: 192.0.2.0/24 } ] }", ["--Dhcp:Subnets:0:Pool=10.0.0.1-10.0.0.2"])
            .ShouldBe(["command line: Dhcp:Subnets:0:Pool: 10.0.0.1-10.0.0.2 is not within the host addresses of 192.0.2.0/24"]);

    private static string[] Messages(string yaml)
    {
        var (settings, problems) = SettingsTexts.Load(yaml);
        settings.ShouldBeNull();
        return [.. problems.Select(p => $"{p.Key}: {p.Message}")];
    }
}
