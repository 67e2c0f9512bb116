using System.Collections.Immutable;
using System.Net;
using System.Text;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>Which word counts when several say what a machine loads.</summary>
public sealed class LoaderChoiceTests
{
    private static readonly IPAddress server = IPAddress.Parse("192.0.2.1");

    [Theory]
    [InlineData("{}", "{}", "vendor.efi", "Boot:LoadersByVendor for 52:54:00")]
    [InlineData("""{"boot_loader": "own/snponly.efi"}""", """{"capabilities": "secure_boot:true"}""", "own/snponly.efi", "driver_info/boot_loader of node demo")]
    [InlineData("{}", """{"capabilities": "boot_mode:uefi,secure_boot:true"}""", "shimx64.efi", "capability secure_boot")]
    [InlineData("{}", """{"capabilities": {"secure_boot": "True"}}""", "shimx64.efi", "capability secure_boot")]
    [InlineData("{}", """{"capabilities": "{\"secure_boot\": \"true\"}"}""", "shimx64.efi", "capability secure_boot")]
    [InlineData("{}", """{"capabilities": "secure_boot:false"}""", "vendor.efi", "Boot:LoadersByVendor")]
    public void Select_TakesTheNearestWord(string driverInfo, string properties, string loader, string why)
    {
        var choice = Select(driverInfo, properties, BootClientKind.UefiPxe, ClientArchitecture.X64Uefi);
        choice.ShouldBeOfType<LoaderChoice.File>().Name.ShouldBe(loader);
        choice.Why.ShouldContain(why);
    }

    [Theory]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.Arm64Uefi, "shimaa64.efi")]
    [InlineData(BootClientKind.HttpBoot, ClientArchitecture.X64UefiHttp, "http://192.0.2.1/firmware/shimx64.efi")]
    [InlineData(BootClientKind.HttpBoot, ClientArchitecture.Arm64UefiHttp, "http://192.0.2.1/firmware/shimaa64.efi")]
    [InlineData(BootClientKind.BiosPxe, ClientArchitecture.X86Bios, "undionly.kpxe")]
    [InlineData(BootClientKind.Ipxe, ClientArchitecture.X64Uefi, "http://192.0.2.1/boot.ipxe")]
    public void SecureBoot_ChoosesShim_WhereThereIsOne(BootClientKind kind, ClientArchitecture architecture, string file)
    {
        var node = World.Demo(ProvisionState.Active) with { Properties = JsonFields.Parse("""{"capabilities": "secure_boot:true"}""") };
        new World(nodes: node).Resolver.Loaders.Choose(World.Client(kind, architecture), server)!.BootFile.ShouldBe(file);
    }

    [Theory]
    [InlineData("http", BootClientKind.HttpBoot, ClientArchitecture.X64UefiHttp, "http://192.0.2.1/firmware/shimx64.efi")]
    [InlineData("http", BootClientKind.UefiPxe, ClientArchitecture.Arm64Uefi, "shimaa64.efi")]
    [InlineData("http", BootClientKind.BiosPxe, ClientArchitecture.X86Bios, "undionly.kpxe")]
    [InlineData("http-ipxe", BootClientKind.HttpBoot, ClientArchitecture.X64UefiHttp, "http://192.0.2.1/firmware/ipxe.efi")]
    [InlineData("http-ipxe", BootClientKind.Ipxe, ClientArchitecture.X64UefiHttp, "http://192.0.2.1/boot.ipxe")]
    [InlineData("ipxe", BootClientKind.HttpBoot, ClientArchitecture.X64UefiHttp, "http://192.0.2.1/firmware/ipxe.efi")]
    public void BootInterface_SaysWhichProgramBoots(string boot, BootClientKind kind, ClientArchitecture architecture, string file)
    {
        var node = World.Demo(ProvisionState.Active) with { Interfaces = new() { Boot = boot } };
        new World(nodes: node).Resolver.Loaders.Choose(World.Client(kind, architecture), server)!.BootFile.ShouldBe(file);
    }

    [Fact]
    public void SecureBoot_OfAnInstance_CountsAsWell()
    {
        var node = World.Demo(ProvisionState.Active, """{"kernel": "vmlinuz", "capabilities": {"secure_boot": "true"}}""");
        new World(nodes: node).Resolver.Loaders.Choose(World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), server)!.BootFile.ShouldBe("shimx64.efi");
    }

    [Fact]
    public void Vendor_CountsForItsCardsAndArchitectureOnly()
    {
        var loaders = new World(Policy()).Resolver.Loaders;
        loaders.Choose(World.Client("52:54:00:00:00:07", BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), server)!.BootFile.ShouldBe("vendor.efi");
        loaders.Choose(World.Client("52:54:01:00:00:07", BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), server)!.BootFile.ShouldBe("all.efi");
        loaders.Choose(World.Client("52:54:00:00:00:07", BootClientKind.UefiPxe, ClientArchitecture.Arm64Uefi), server)!.BootFile.ShouldBe("ipxe-arm64.efi");
    }

    [Theory]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.EfiByteCode, "vendor.efi", "all.efi")]
    [InlineData(BootClientKind.HttpBoot, ClientArchitecture.EfiByteCodeHttp, "http://192.0.2.1/firmware/vendor-http.efi", "http://192.0.2.1/firmware/all-http.efi")]
    public void SettingsForX64_CountForFirmwareThatSaysByteCode(BootClientKind kind, ClientArchitecture architecture, string vendor, string all)
    {
        var policy = Policy();
        policy = policy with
        {
            Loaders = policy.Loaders.Add(ClientArchitecture.X64UefiHttp, "all-http.efi"),
            LoadersByVendor = [.. policy.LoadersByVendor, new VendorLoader(policy.LoadersByVendor[0].Vendor, ClientArchitecture.X64UefiHttp, "vendor-http.efi")],
        };
        FileFor(policy, "52:54:00:00:00:07").ShouldBe(vendor);
        FileFor(policy, "52:54:01:00:00:07").ShouldBe(all);
        FileFor(policy with { Loaders = policy.Loaders.Add(architecture, "own.efi") }, "52:54:01:00:00:07").ShouldEndWith("own.efi");

        string FileFor(BootPolicy with, string mac) => new World(with).Resolver.Loaders.Choose(World.Client(mac, kind, architecture), server)!.BootFile;
    }

    [Theory]
    [InlineData(6, "UEFI x86")]
    [InlineData(10, "UEFI arm32")]
    [InlineData(15, "UEFI x86")]
    [InlineData(18, "UEFI arm32")]
    [InlineData(27, "UEFI riscv64")]
    [InlineData(28, "architecture 28")]
    [InlineData(39, "UEFI loongarch64")]
    [InlineData(999, "architecture 999")]
    public void Select_SaysWhatToDo_ForFirmwareWithoutALoader(int architecture, string what)
    {
        var client = World.Client(DhcpClient.KindOf((ClientArchitecture)architecture), (ClientArchitecture)architecture);
        var why = new World().Resolver.Loaders.Select(client).ShouldBeOfType<LoaderChoice.None>().Why;
        why.ShouldContain(what);
        why.ShouldContain($"(client architecture {architecture}): name one in Boot:Loaders");
    }

    // Option 175 as gPXE and old iPXE ROMs send it: sub-options of one byte each, 0x13 for HTTP, 0x15 for TFTP, 0x24 for EFI.
    [Theory]
    [InlineData(ClientArchitecture.X86Bios, "150101", "undionly.kpxe")]
    [InlineData(ClientArchitecture.X86Bios, "150101130100", "undionly.kpxe")]
    [InlineData(ClientArchitecture.X64Uefi, "150101240101", "ipxe.efi")]
    [InlineData(ClientArchitecture.X64Uefi, "150101130101", "http://192.0.2.1/boot.ipxe")]
    [InlineData(ClientArchitecture.X86Bios, "eb03010000", "http://192.0.2.1/boot.ipxe")]
    public void OldIpxe_LoadsOursFirst_IfItSaysThatItHasNoHttp(ClientArchitecture architecture, string option175, string file)
    {
        var client = World.Client(BootClientKind.Ipxe, architecture) with { Ipxe = IpxeOptions.Parse(Convert.FromHexString(option175)) };
        new World().Resolver.Loaders.Choose(client, server)!.BootFile.ShouldBe(file);
    }

    [Theory]
    [InlineData("ipxe-rom-discover.hex")]
    [InlineData("ipxe-undionly-discover.hex")]
    [InlineData("ipxe-efi-discover.hex")]
    [InlineData("ipxe-efi-request.hex")]
    public void CapturedIpxe_IsNeverTooOld(string capture)
    {
        var packet = Convert.FromHexString(string.Concat(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Captures", capture)).Where(line => !line.StartsWith('#'))));
        DhcpMessage.TryParse(packet, out var message, out _).ShouldBeTrue();
        new World().Resolver.Loaders.Choose(DhcpClient.From(message!), server)!.BootFile.ShouldBe("http://192.0.2.1/boot.ipxe");
    }

    [Theory]
    [InlineData("b8:27:eb:01:02:03", 0)]
    [InlineData("dc:a6:32:01:02:03", 0)]
    [InlineData("e4:5f:01:01:02:03", 0)]
    [InlineData("d8:3a:dd:01:02:03", 0)]
    [InlineData("28:cd:c1:01:02:03", 0)]
    [InlineData("2c:cf:67:01:02:03", 0)]
    [InlineData("52:54:00:01:02:03", 41)]
    public void RaspberryPi_IsNamed_AndNeverGetsTheBiosLoader(string mac, int architecture)
    {
        var client = World.Client(mac, BootClientKind.BiosPxe, (ClientArchitecture)architecture);
        var offer = new World().Resolver.Loaders.Choose(client, server)!;
        (offer.BootFile, offer.Form).ShouldBe(("bootcode.bin", PxeReplyForm.DiscoveryControl));
        // As dnsmasq sends it and working set-ups have it.
        Convert.ToHexStringLower(offer.VendorOptions.Span).ShouldBe("0601030a0400505845" + "091400" + "0011" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes("Raspberry Pi Boot")) + "ff");
        BootFileSelector.Describe(client).ShouldBe("Raspberry Pi");
    }

    [Fact]
    public void RaspberryPi_WithUefiOrIpxe_IsAMachineLikeAnyOther()
    {
        var loaders = new World().Resolver.Loaders;
        loaders.Choose(World.Client("dc:a6:32:01:02:03", BootClientKind.UefiPxe, ClientArchitecture.Arm64Uefi), server)!.BootFile.ShouldBe("ipxe-arm64.efi");
        loaders.Choose(World.Client("dc:a6:32:01:02:03", BootClientKind.Ipxe, ClientArchitecture.X86Bios), server)!.BootFile.ShouldBe("http://192.0.2.1/boot.ipxe");
    }

    [Fact]
    public void Form_ComesFromTheNode()
    {
        foreach (var word in NodeFirmware.ReplyForms)
        {
            var node = World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse($$"""{"boot_reply_form": "{{word}}"}""") };
            new World(nodes: node).Resolver.Loaders.Choose(World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), server)!
                .Form.ToString().ShouldBe(word.Replace("_", ""), StringCompareShould.IgnoreCase);
        }

        NodeFirmware.ReplyForms.Count.ShouldBe(Enum.GetValues<PxeReplyForm>().Length);
    }

    [Theory]
    [InlineData("18:66:DA", "18:66:da")]
    [InlineData("18-66-da", "18:66:da")]
    [InlineData("1866da", null)]
    [InlineData("18:66:da:01", null)]
    [InlineData("18:66:dx", null)]
    [InlineData("+8:66:da", null)]
    public void VendorPrefix_ReadsThreeBytes(string text, string? prefix)
    {
        VendorPrefix.TryParse(text, out var parsed).ShouldBe(prefix is not null);
        if (prefix is not null) parsed.ToString().ShouldBe(prefix);
    }

    private static BootPolicy Policy()
    {
        VendorPrefix.TryParse("52:54:00", out var vendor).ShouldBeTrue();
        return new BootPolicy
        {
            Address = server,
            Loaders = ImmutableDictionary<ClientArchitecture, string>.Empty.Add(ClientArchitecture.X64Uefi, "all.efi"),
            LoadersByVendor = [new VendorLoader(vendor, ClientArchitecture.X64Uefi, "vendor.efi")],
        };
    }

    private static LoaderChoice Select(string driverInfo, string properties, BootClientKind kind, ClientArchitecture architecture)
    {
        var node = World.Demo(ProvisionState.Active) with { DriverInfo = JsonFields.Parse(driverInfo), Properties = JsonFields.Parse(properties) };
        return new World(Policy(), node).Resolver.Loaders.Select(World.Client(kind, architecture));
    }
}
