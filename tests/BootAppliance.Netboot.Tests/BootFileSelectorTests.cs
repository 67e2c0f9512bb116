using System.Collections.Immutable;
using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;

namespace BootAppliance.Tests;

public sealed class BootFileSelectorTests
{
    private static readonly IPAddress server = IPAddress.Parse("192.0.2.1");

    [Theory]
    [InlineData(BootClientKind.BiosPxe, ClientArchitecture.X86Bios, "undionly.kpxe")]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi, "ipxe.efi")]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.EfiByteCode, "ipxe.efi")]
    [InlineData(BootClientKind.UefiPxe, ClientArchitecture.Arm64Uefi, "ipxe-arm64.efi")]
    public void Choose_SendsFirmware_ToTheLoaderOfItsArchitecture(BootClientKind kind, ClientArchitecture architecture, string loader)
    {
        var offer = new World().Resolver.Loaders.Choose(World.Client(kind, architecture), server);
        offer.ShouldBe(new BootOffer(server, loader, IsUrl: false));
    }

    [Theory]
    [InlineData(ClientArchitecture.X64UefiHttp, "http://192.0.2.1/firmware/ipxe.efi")]
    [InlineData(ClientArchitecture.Arm64UefiHttp, "http://192.0.2.1/firmware/ipxe-arm64.efi")]
    public void Choose_GivesHttpBoot_AUrl(ClientArchitecture architecture, string url)
    {
        var offer = new World().Resolver.Loaders.Choose(World.Client(BootClientKind.HttpBoot, architecture), server);
        offer.ShouldBe(new BootOffer(server, url, IsUrl: true));
    }

    [Theory]
    [InlineData(ClientArchitecture.X86Bios)]
    [InlineData(ClientArchitecture.X64Uefi)]
    [InlineData(ClientArchitecture.X64UefiHttp)]
    public void Choose_NeverGivesIpxeALoader_WhateverArchitectureItInherited(ClientArchitecture architecture)
    {
        var offer = new World().Resolver.Loaders.Choose(World.Client(BootClientKind.Ipxe, architecture), server);
        offer.ShouldBe(new BootOffer(server, "http://192.0.2.1/boot.ipxe", IsUrl: true));
    }

    [Fact]
    public void Choose_NeverGivesIpxeALoader_EvenIfTheOperatorNamedOne()
    {
        var world = new World(new BootPolicy { Address = server, Loaders = ImmutableDictionary<ClientArchitecture, string>.Empty.Add(ClientArchitecture.X64Uefi, "own.efi") });
        world.Resolver.Loaders.Choose(World.Client(BootClientKind.Ipxe, ClientArchitecture.X64Uefi), server)!.BootFile.ShouldBe("http://192.0.2.1/boot.ipxe");
        world.Resolver.Loaders.Choose(World.Client(BootClientKind.UefiPxe, ClientArchitecture.X64Uefi), server)!.BootFile.ShouldBe("own.efi");
    }

    [Fact]
    public void Choose_TakesTheFirstArchitecture_ThatHasALoader()
    {
        var offer = new World().Resolver.Loaders.Choose(World.Client(BootClientKind.UefiPxe, ClientArchitecture.RiscV64Uefi, ClientArchitecture.X64Uefi), server);
        offer!.BootFile.ShouldBe("ipxe.efi");
    }

    [Theory]
    [InlineData(ClientArchitecture.X86Uefi)]
    [InlineData((ClientArchitecture)999)]
    public void Choose_NeverGivesUefi_TheBiosLoader(ClientArchitecture architecture) =>
        new World().Resolver.Loaders.Choose(World.Client(BootClientKind.UefiPxe, architecture), server).ShouldBeNull();

    [Fact]
    public void Choose_TakesARomWithoutArchitecture_ForBios() =>
        new World().Resolver.Loaders.Choose(World.Client(BootClientKind.BiosPxe), server)!.BootFile.ShouldBe("undionly.kpxe");

    [Fact]
    public void Choose_LeavesOrdinaryClientsAlone() =>
        new World().Resolver.Loaders.Choose(World.Client(BootClientKind.None), server).ShouldBeNull();

    [Fact]
    public void Choose_NamesThePort_WhenHttpIsNotOnPort80()
    {
        var world = new World(new BootPolicy { Address = server, HttpPort = 8080 });
        world.Resolver.Loaders.Choose(World.Client(BootClientKind.Ipxe), server)!.BootFile.ShouldBe("http://192.0.2.1:8080/boot.ipxe");
    }
}
