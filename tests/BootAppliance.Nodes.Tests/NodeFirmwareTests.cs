namespace BootAppliance.Nodes.Tests;

public sealed class NodeFirmwareTests
{
    [Theory]
    [InlineData("""{"boot_loader": "a b"}""", "driver_info/boot_loader of node n is \"a b\", which is not a file name such as snponly.efi")]
    [InlineData("""{"boot_loader": "../x.efi"}""", "which is not a file name")]
    [InlineData("""{"boot_loader": 7}""", "which is not a file name")]
    [InlineData("""{"boot_reply_form": "proxy"}""", "which is not one of automatic, discovery_control, vendor_class, plain")]
    [InlineData("""{"boot_vlan": 0}""", "driver_info/boot_vlan of node n is 0, which is not a VLAN from 1 to 4094")]
    [InlineData("""{"boot_vlan": 4095}""", "which is not a VLAN")]
    [InlineData("""{"boot_vlan": 5.5}""", "which is not a VLAN")]
    [InlineData("""{"boot_vlan": "5 || shell"}""", "which is not a VLAN")]
    [InlineData("""{"boot_vlan": [5]}""", "which is not a VLAN")]
    [InlineData("""{"boot_loader": "own/snponly.efi", "boot_reply_form": "vendor_class", "boot_vlan": 5}""", null)]
    public async Task Node_WithFirmwareFieldsThatMeanNothing_IsRefused(string driverInfo, string? problem)
    {
        await using var rig = new RegistryRig();
        var node = new Node { Name = "n", DriverInfo = JsonFields.Parse(driverInfo) };
        if (problem is null) (await rig.Nodes.AddAsync(node)).BootLoader().ShouldBe("own/snponly.efi");
        else (await Should.ThrowAsync<NodeException>(() => rig.Nodes.AddAsync(node))).Message.ShouldContain(problem);
    }

    [Theory]
    [InlineData("""{"boot_vlan": 1}""", 1)]
    [InlineData("""{"boot_vlan": "4094"}""", 4094)]
    [InlineData("{}", null)]
    public void Vlan_IsANumber_OrTheTextOfOne(string driverInfo, int? vlan) => new Node { DriverInfo = JsonFields.Parse(driverInfo) }.BootVlan().ShouldBe(vlan);

    [Theory]
    [InlineData("snponly.efi", true)]
    [InlineData("EFI/own-1.21.1+git/snponly_x64~2.efi", true)]
    [InlineData("", false)]
    [InlineData("/x.efi", false)]
    [InlineData("a/../x.efi", false)]
    [InlineData("a\\x.efi", false)]
    [InlineData("a b.efi", false)]
    [InlineData("x#1.efi", false)]
    [InlineData("x?.efi", false)]
    [InlineData("x%20.efi", false)]
    [InlineData("\u00fc.efi", false)]
    [InlineData("x\u007f.efi", false)]
    public void LoaderName_IsOneThatAUrlCanEndIn(string name, bool isOne) => NodeFirmware.IsLoaderName(name).ShouldBe(isOne);

    [Fact]
    public void LoaderName_FitsIntoTheFileField()
    {
        NodeFirmware.IsLoaderName(new string('x', 127)).ShouldBeTrue();
        NodeFirmware.IsLoaderName(new string('x', 128)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"capabilities": "boot_mode:uefi, secure_boot:true"}""", true)]
    [InlineData("""{"capabilities": {"secure_boot": true}}""", true)]
    [InlineData("""{"capabilities": "{\"secure_boot\": \"True\"}"}""", true)]
    [InlineData("""{"capabilities": "secure_boot:false"}""", false)]
    [InlineData("""{"capabilities": "not_secure_boot:true"}""", false)]
    [InlineData("""{"capabilities": ["secure_boot"]}""", false)]
    [InlineData("""{"capabilities": null}""", false)]
    [InlineData("{}", false)]
    public void SecureBoot_IsRead_HoweverIronicWritesIt(string fields, bool wanted)
    {
        new Node { Properties = JsonFields.Parse(fields) }.WantsSecureBoot().ShouldBe(wanted);
        new Node { InstanceInfo = JsonFields.Parse(fields) }.WantsSecureBoot().ShouldBe(wanted);
    }
}
