using System.Security.Cryptography;
using BootAppliance.Dhcp.Tests;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Lab;
using BootAppliance.Lab.Appliance;

namespace BootAppliance.Tests;

/// <summary>The DHCPDISCOVER of firmware as it was recorded, the offer as it is on the wire, and the file behind it.</summary>
public sealed class OfferTests
{
    [Theory]
    [InlineData("bios-pxe-discover.hex", "undionly.kpxe", "PXEClient", "060108FF")]
    [InlineData("uefi-pxe-discover.hex", "ipxe.efi", null, "")]
    public async Task Firmware_IsOfferedItsLoader_AndCanFetchIt(string capture, string loader, string? vendorClass, string vendorOptions)
    {
        SystemTest.SkipWithout("tftp", "tftp-hpa");
        var discover = Capture.Message(capture);
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var machine = await lab.ConnectAsync();
        await machine.Run("ip", "link", "set", "eth0", "address", discover.ClientHardwareAddress.ToString());

        var offer = await machine.AskDhcpAsync(Capture.Read(capture).Payload);
        offer.MessageType.ShouldBe(DhcpMessageType.Offer);
        offer.TransactionId.ShouldBe(discover.TransactionId);
        offer.YourAddress.ToString().ShouldBe("192.0.2.100");
        offer.NextServerAddress.ToString().ShouldBe(LabSettings.Address);
        offer.ServerName.ShouldBe(LabSettings.Address);
        offer.BootFileName.ShouldBe(loader);
        offer.ServerIdentifier!.ToString().ShouldBe(LabSettings.Address);
        offer.VendorClass.ShouldBe(vendorClass);
        Convert.ToHexString(offer.Options.Get(DhcpOptionCode.VendorSpecificInformation).Span).ShouldBe(vendorOptions);
        offer.Options.GetText(DhcpOptionCode.TftpServerName).ShouldBe(LabSettings.Address);
        offer.Options.GetText(DhcpOptionCode.BootFileName).ShouldBe(loader);
        offer.MachineIdentifier.ShouldNotBeNull().ShouldBe(discover.MachineIdentifier!.Value);

        await machine.Run("ip", "address", "add", $"{offer.YourAddress}/24", "dev", "eth0");
        var path = Path.Combine(machine.Folder, "fetched");
        await machine.Run("tftp", "-m", "binary", offer.NextServerAddress.ToString(), "-c", "get", offer.BootFileName, path);
        SHA256.HashData(await File.ReadAllBytesAsync(path, SystemTest.Cancellation))
            .ShouldBe(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Checkout.Root, "firmware/files", loader), SystemTest.Cancellation)));
    }
}
