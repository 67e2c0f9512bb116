using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

public class DhcpClientTests
{
    [Theory]
    [InlineData("PXEClient:Arch:00000:UNDI:002001", new byte[] { 0, 0 }, BootClientKind.BiosPxe)]
    [InlineData("PXEClient:Arch:00007:UNDI:003000", new byte[] { 0, 7 }, BootClientKind.UefiPxe)]
    [InlineData("PXEClient:Arch:00009:UNDI:003000", new byte[] { 0, 9 }, BootClientKind.UefiPxe)]
    [InlineData("PXEClient:Arch:00000:UNDI:002001", new byte[] { 0, 7 }, BootClientKind.UefiPxe)] // 93 before the text
    [InlineData("PXEClient:Arch:00011:UNDI:003000", new byte[] { }, BootClientKind.UefiPxe)] // 93 missing
    [InlineData("PXEClient", new byte[] { }, BootClientKind.BiosPxe)]
    [InlineData("PXEClient", new byte[] { 0, 99 }, BootClientKind.UefiPxe)] // unknown, so never the BIOS file
    [InlineData("HTTPClient:Arch:00016:UNDI:003001", new byte[] { 0, 16 }, BootClientKind.HttpBoot)]
    [InlineData("HTTPClient:Arch:00019:UNDI:003001", new byte[] { }, BootClientKind.HttpBoot)]
    [InlineData("PXEClient", new byte[] { 0, 20 }, BootClientKind.HttpBoot)]
    [InlineData("U-Boot.armv8", new byte[] { 0, 11 }, BootClientKind.UefiPxe)]
    [InlineData("udhcp 1.35.0", new byte[] { }, BootClientKind.None)]
    [InlineData("MSFT 5.0", new byte[] { }, BootClientKind.None)]
    public void Kind_FollowsArchitectureThenText(string vendorClass, byte[] architectures, BootClientKind kind) =>
        Client(Options(vendorClass, architectures)).Kind.ShouldBe(kind);

    [Fact]
    public void Kind_IsIpxe_WhateverElseIsSaid()
    {
        Client(Options("PXEClient:Arch:00007", [0, 7]).Add(DhcpOptionCode.UserClass, "iPXE")).Kind.ShouldBe(BootClientKind.Ipxe);
        Client(Options("PXEClient:Arch:00000", [0, 0]).Add(DhcpOptionCode.IpxeEncapsulated, new byte[] { 19, 1, 1 })).Kind.ShouldBe(BootClientKind.Ipxe);
        Client(Options("PXEClient:Arch:00000", [0, 0]).Add(DhcpOptionCode.IpxeEncapsulated, new byte[] { 19, 200 })).Kind.ShouldBe(BootClientKind.Ipxe);
        Client(Options("HTTPClient:Arch:00016", [0, 16]).Add(DhcpOptionCode.UserClass, new byte[] { 4, 0x69, 0x50, 0x58, 0x45 })).Kind.ShouldBe(BootClientKind.Ipxe);
    }

    [Fact]
    public void Architectures_AreAList() =>
        Client(Options("PXEClient", [0, 7, 0, 16, 0])).Architectures.ShouldBe([ClientArchitecture.X64Uefi, ClientArchitecture.X64UefiHttp]);

    private static DhcpOptionsBuilder Options(string vendorClass, byte[] architectures)
    {
        var options = new DhcpOptionsBuilder().Add(DhcpOptionCode.VendorClassIdentifier, vendorClass);
        return architectures.Length == 0 ? options : options.Add(DhcpOptionCode.ClientArchitecture, architectures);
    }

    private static DhcpClient Client(DhcpOptionsBuilder options) => DhcpClient.From(ResponderRig.Message(DhcpMessageType.Discover, options: options));
}
