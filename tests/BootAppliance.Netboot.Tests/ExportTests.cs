using System.Net;
using System.Text.Json;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Export;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>What other DHCP servers are told, as whole files in Golden/; that real servers take them is shown by the system tests.</summary>
public sealed class ExportTests
{
    private const string SecureMac = "52:54:00:00:00:02";
    private static readonly BootPolicy policy = new()
    {
        Address = IPAddress.Parse("192.0.2.1"),
        LoadersByVendor = [new VendorLoader(new VendorPrefix(0x1866da), ClientArchitecture.X64Uefi, "snponly.efi")],
    };

    private static readonly Subnet subnet = new()
    {
        Prefix = IPNetwork.Parse("192.0.2.0/24"),
        Pools = [new AddressPool(IPAddress.Parse("192.0.2.100"), IPAddress.Parse("192.0.2.200"))],
        Router = IPAddress.Parse("192.0.2.254"),
        DnsServers = [IPAddress.Parse("192.0.2.53"), IPAddress.Parse("192.0.2.54")],
        NtpServers = [IPAddress.Parse("192.0.2.123")],
        DomainName = "lab.example",
        Reservations =
        [
            new Reservation(BootFileSelector.FromMac(World.Parse(World.Mac)), IPAddress.Parse("192.0.2.10"), "demo-host"),
            new Reservation(BootFileSelector.FromMac(World.Parse("52:54:00:00:00:09")), IPAddress.Parse("192.0.2.11")),
        ],
    };

    [Theory]
    [InlineData(ExportFormat.Dnsmasq, "export.dnsmasq.conf")]
    [InlineData(ExportFormat.Kea, "export.kea.json")]
    [InlineData(ExportFormat.Isc, "export.dhcpd.conf")]
    [InlineData(ExportFormat.Neutron, "export.neutron.sh")]
    public void Export_IsInTheWordsOfEachServer(ExportFormat format, string golden)
    {
        var text = Render(format, policy, World.Demo(ProvisionState.Active), Secure());
        text.Warnings.ShouldBeEmpty();
        ScriptTests.Golden(golden, text.Text);
    }

    [Fact]
    public void Export_OffersEachMachine_WhatTheResolverOffersIt()
    {
        var export = Export(policy, World.Demo(ProvisionState.Active), Secure());
        export.Ipxe.ShouldBe(new OfferedBoot("http://192.0.2.1/boot.ipxe"));

        Offered(export, World.Mac, ClientArchitecture.X86Bios).ShouldBe(new OfferedBoot("undionly.kpxe", "PXEClient", "060108ff"));
        Offered(export, World.Mac, ClientArchitecture.EfiByteCode).ShouldBe(new OfferedBoot("ipxe.efi"));
        Offered(export, World.Mac, ClientArchitecture.Arm64UefiHttp).ShouldBe(new OfferedBoot("http://192.0.2.1/firmware/ipxe-arm64.efi", "HTTPClient"));
        Offered(export, World.Mac, ClientArchitecture.X86Uefi).ShouldBeNull();
        Offered(export, SecureMac, ClientArchitecture.X64Uefi).ShouldBe(new OfferedBoot("shimx64.efi"));
        Offered(export, SecureMac, ClientArchitecture.X86Bios)!.BootFile.ShouldBe("undionly.kpxe");
        Offered(export, "18:66:da:00:00:01", ClientArchitecture.EfiByteCode).ShouldBe(new OfferedBoot("snponly.efi"));
        Offered(export, "dc:a6:32:00:00:01", ClientArchitecture.X86Bios)!.BootFile.ShouldBe(RaspberryPi.BootFile);
        Offered(export, "dc:a6:32:00:00:01", ClientArchitecture.Arm64Uefi).ShouldBe(new OfferedBoot("ipxe-arm64.efi"));
    }

    [Fact]
    public void NodeOfTheUsualKind_IsInNoGroup_AndNodesWithTheSameLoaderShareOne()
    {
        var export = Export(policy, World.Demo(ProvisionState.Active), Secure(), Secure() with { Uuid = Guid.NewGuid(), Name = "other", Ports = [new Port { Address = World.Parse("52:54:00:00:00:03") }] });
        export.Groups.Select(group => (group.Name, group.Machines.Count)).ShouldBe([("own1", 2), ("maker1", 0), ("maker2", 0), ("usual", 0)]);
        export.Machines.Select(machine => machine.Mac.ToString()).ShouldBe([SecureMac, "52:54:00:00:00:03", "52:54:00:00:00:09", World.Mac, "52:54:00:12:34:57"]);
    }

    [Fact]
    public void MakersCard_ThatIsANodeWithTheUsualLoader_KeepsThat()
    {
        // It has the address that stands for all cards of its maker, and its own word goes before that of the maker.
        var node = World.Demo(ProvisionState.Active) with
        {
            DriverInfo = JsonFields.Parse("""{"boot_loader": "ipxe.efi"}"""),
            Ports = [new Port { Address = World.Parse("18:66:da:00:00:00") }],
        };
        var export = Export(policy, node);
        Offered(export, "18:66:da:00:00:00", ClientArchitecture.X64Uefi).ShouldBe(new OfferedBoot("ipxe.efi"));
        Offered(export, "18:66:da:00:00:01", ClientArchitecture.X64Uefi).ShouldBe(new OfferedBoot("snponly.efi"));
    }

    [Theory]
    [InlineData("evil\ndhcp-script=/bin/sh")]
    [InlineData("evil\r\"; } omapi-port 7911; #")]
    [InlineData("'$(reboot)'")]
    [InlineData("# } \\ */ \u2028 <?include?>")]
    public void NodeName_AddsNothingToAnyFile(string name)
    {
        var plain = World.Demo(ProvisionState.Active) with { Name = "x" };
        foreach (var format in Enum.GetValues<ExportFormat>())
        {
            var (usual, named) = (Render(format, policy, plain).Text, Render(format, policy, plain with { Name = name }).Text);
            named.Split('\n').Length.ShouldBe(usual.Split('\n').Length);
            if (format == ExportFormat.Kea) JsonDocument.Parse(named).Dispose();
            else WithoutComments(named).ShouldBe(WithoutComments(usual));
        }
    }

    [Theory]
    [InlineData("a,b.efi")]
    [InlineData("a\".efi")]
    [InlineData("a'b.efi")]
    [InlineData("$(a).efi")]
    [InlineData("a;b{}.efi")]
    public void LoaderName_ThatMeansSomethingToAServer_IsLeftOut_AndTold(string loader)
    {
        var node = World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse(JsonSerializer.Serialize(new { boot_loader = loader })) };
        foreach (var format in Enum.GetValues<ExportFormat>())
        {
            var text = Render(format, policy, node);
            text.Text.ShouldNotContain(loader);
            text.Warnings.ShouldContain(warning => warning.Contains("is left out"));
        }
    }

    [Fact]
    public void Neutron_KnowsTheFirmware_FromTheNode()
    {
        Lines("{}", """{"capabilities": "boot_mode:bios"}""", "ipxe").ShouldContain("    --extra-dhcp-option 'name=tag:!ipxe,67,value=undionly.kpxe,ip-version=4' \\");
        Lines("{}", """{"cpu_arch": "aarch64"}""", "ipxe").ShouldContain("    --extra-dhcp-option 'name=tag:!ipxe,67,value=ipxe-arm64.efi,ip-version=4' \\");
        var http = Lines("{}", "{}", "http-ipxe");
        http.ShouldContain("    --extra-dhcp-option 'name=tag:!ipxe,67,value=http://192.0.2.1/firmware/ipxe.efi,ip-version=4' \\");
        http.ShouldContain("    --extra-dhcp-option 'name=60,value=HTTPClient,ip-version=4' \\");
        Lines("{}", """{"cpu_arch": "riscv64"}""", "ipxe").ShouldNotContain(line => line.StartsWith("openstack", StringComparison.Ordinal));

        static string[] Lines(string driverInfo, string properties, string bootInterface) => Render(
            ExportFormat.Neutron,
            policy,
            World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse(driverInfo), Properties = JsonFields.Parse(properties), Interfaces = new NodeInterfaces { Boot = bootInterface } }).Text.Split('\n');
    }

    [Fact]
    public void Neutron_LeavesOut_WhatIsLongerThan64Characters()
    {
        var node = World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse($$"""{"boot_loader": "{{new string('a', 64)}}"}""") };
        Render(ExportFormat.Neutron, policy, node).Text.ShouldContain("value=" + new string('a', 64));

        node = node with { DriverInfo = JsonFields.Parse($$"""{"boot_loader": "{{new string('a', 65)}}"}""") };
        var text = Render(ExportFormat.Neutron, policy, node);
        text.Text.ShouldNotContain("openstack");
        text.Warnings.ShouldContain(warning => warning.Contains("longer than the 64 characters"));
    }

    [Fact]
    public void Neutron_TakesPxePortsOnly()
    {
        var node = World.Demo(ProvisionState.Active);
        node = node with { Ports = [node.Ports[0], node.Ports[1] with { PxeEnabled = false }] };
        Render(ExportFormat.Neutron, policy, node).Text.Split('\n').Count(line => line.StartsWith("openstack port set", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void WhatStaysBehind_IsTold()
    {
        var node = World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse("""{"boot_reply_form": "vendor_class"}""") };
        var odd = subnet with { Options = [new SubnetOption((DhcpOptionCode)26, new byte[] { 5, 220 })], NextServer = IPAddress.Parse("192.0.2.7"), SharedNetwork = "wire" };
        var warnings = ExportText.Of(new DhcpExporter(new World(policy, node).Resolver, new World(policy, node).Nodes, [odd]).Export(), ExportFormat.Dnsmasq, withSubnets: true).Warnings;
        warnings.ShouldContain(warning => warning.Contains("option 26"));
        warnings.ShouldContain(warning => warning.Contains("NextServer 192.0.2.7"));
        warnings.ShouldContain(warning => warning.Contains("shared network 'wire'"));
        warnings.ShouldContain(warning => warning.Contains("vendor_class sends firmware to port 4011"));
    }

    [Fact]
    public void SharedNetwork_IsOneStringOfIsc_WhateverItIsCalled()
    {
        var wires = new[] { subnet with { SharedNetwork = "lab 1\" {\nauthoritative;\\ é" } };
        var world = new World(policy);
        ExportText.Of(new DhcpExporter(world.Resolver, world.Nodes, wires).Export(), ExportFormat.Isc, withSubnets: true).Text
            .ShouldContain("\nshared-network \"lab 1\\x22 {\\x0aauthoritative;\\x5c \\xc3\\xa9\" {\nsubnet ");
    }

    private static Node Secure() => World.Demo(ProvisionState.Active) with
    {
        Uuid = Guid.Parse("11111111-2222-3333-4444-666666666666"),
        Name = "secure",
        Properties = JsonFields.Parse("""{"capabilities": "secure_boot:true"}"""),
        Ports = [new Port { Address = World.Parse(SecureMac) }],
    };

    private static DhcpExport Export(BootPolicy policy, params Node[] nodes)
    {
        var world = new World(policy, nodes);
        return new DhcpExporter(world.Resolver, world.Nodes, [subnet]).Export();
    }

    private static ExportText Render(ExportFormat format, BootPolicy policy, params Node[] nodes) => ExportText.Of(Export(policy, nodes), format, withSubnets: true);

    private static OfferedBoot? Offered(DhcpExport export, string mac, ClientArchitecture architecture) => export.Find(World.Parse(mac), architecture)?.Boot;

    private static string[] WithoutComments(string text) => [.. text.Split('\n').Select(line => line.Split('#')[0])];
}
