using BootAppliance.Netboot;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>The names were seen in the requests of signed shim 16.1, GRUB 2.12 and iPXE 1.21, or stand in GRUB's manual.</summary>
public sealed class AskedFileTests
{
    [Theory]
    [InlineData("autoexec.ipxe", AskedFileRole.Autoexec)]
    [InlineData("/any/where//AUTOEXEC.IPXE", AskedFileRole.Autoexec)]
    [InlineData("Boot\\iPXE\\autoexec.ipxe", AskedFileRole.Autoexec)]
    [InlineData("my-autoexec.ipxe", AskedFileRole.Loader)]
    [InlineData("grub/grub.cfg", AskedFileRole.GrubCatchAll)]
    [InlineData("grub/x86_64-efi/grub.cfg", AskedFileRole.GrubCatchAll)]
    [InlineData("v1/boot/52:54:00:12:34:56/grub.cfg", AskedFileRole.GrubCatchAll)]
    [InlineData("grub/grub.cfg-01-52-54-00-12-34-56", AskedFileRole.GrubNode)]
    [InlineData("grub/grub.cfg-C0000264", AskedFileRole.Optional)]
    [InlineData("grub/x86_64-efi/command.lst", AskedFileRole.Optional)]
    [InlineData("revocations_sku.efi", AskedFileRole.Optional)]
    [InlineData("shim_certificate_0.efi", AskedFileRole.Optional)]
    [InlineData("1a2b3c4d/start4.elf", AskedFileRole.Optional)]
    [InlineData("grubx64.efi", AskedFileRole.Loader)]
    [InlineData("ipxe.efi", AskedFileRole.Loader)]
    [InlineData("", AskedFileRole.Loader)]
    public void Read_TellsByTheName_WhatAFileIsFor(string path, AskedFileRole role) => AskedFile.Read(path).Role.ShouldBe(role);

    [Theory]
    [InlineData("grub/grub.cfg-01-52-54-00-12-34-56", "grub/grub.cfg")]
    [InlineData("GRUB.CFG-01-52-54-00-12-34-56", "grub.cfg")]
    [InlineData("a\\grub.cfg-01-52-54-00-12-34-56", "a\\grub.cfg")]
    [InlineData("v1/boot/52-54-00-12-34-56/grub.cfg", "v1/boot/52-54-00-12-34-56/grub.cfg")]
    public void Generate_LeadsToTheOnePlaceOfANodesConfiguration_WhateverItIsAskedBy(string path, string name)
    {
        foreach (var world in new[] { new World(nodes: World.Demo(ProvisionState.InspectWait)), new World() })
            world.Resolver.Generate(path, null).ShouldBe(new GeneratedFile(name, world.Resolver.Generate("grub.cfg", null)!.Text));
    }
}
