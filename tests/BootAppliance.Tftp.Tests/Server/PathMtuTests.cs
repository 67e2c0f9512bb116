using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

public class PathMtuTests
{
    private static readonly TftpServerSettings Settings = new(new IPEndPoint(IPAddress.Any, 0));

    /// <summary>The kernel only looks for a route; nothing is sent.</summary>
    [Fact]
    public void LargestBlock_IsTheMtuOfTheInterfaceLess32()
    {
        var links =
            from link in NetworkInterface.GetAllNetworkInterfaces()
            where link.OperationalStatus is OperationalStatus.Up && link.NetworkInterfaceType is not NetworkInterfaceType.Loopback
            from address in link.GetIPProperties().UnicastAddresses
            where address.Address.AddressFamily is AddressFamily.InterNetwork && address.PrefixLength <= 24
            select (link.Name, link.GetIPProperties().GetIPv4Properties().Mtu, address.Address);
        var (name, mtu, own) = links.FirstOrDefault();
        Assert.SkipUnless(name is not null, "No interface but the loopback is up and has an IPv4 network of its own.");

        var neighbour = own.GetAddressBytes();
        neighbour[3] ^= 2;
        var block = PathMtu.LargestBlockSize(Settings with { InterfaceName = name }, new IPEndPoint(new IPAddress(neighbour), 2070));
        block.ShouldBe(Math.Min(mtu - 32, TftpOptions.LargestBlockSize));
    }

    [Theory]
    [InlineData(TftpOptions.LargestBlockSize, TftpOptions.LargestBlockSize)]
    [InlineData(1024, 1024)]
    public void LargestBlock_IsBoundedByTheSettings(int maximum, int expected) =>
        PathMtu.LargestBlockSize(Settings with { MaxBlockSize = maximum }, new IPEndPoint(IPAddress.Loopback, 2070)).ShouldBe(expected);
}
