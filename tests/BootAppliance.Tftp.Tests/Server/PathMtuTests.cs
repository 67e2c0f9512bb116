using System.Net;
using BootAppliance.Lab.Network;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

public class PathMtuTests
{
    private static readonly TftpServerSettings Settings = new(new IPEndPoint(IPAddress.Any, 0));

    /// <summary>The kernel only looks for a route; nothing is sent.</summary>
    [Fact]
    public async Task LargestBlock_IsTheMtuOfTheInterfaceLess32()
    {
        var obstacle = NetworkNamespace.FindObstacle();
        Assert.SkipWhen(obstacle is not null, obstacle ?? "");
        await using var home = await NetworkNamespace.Create();
        await home.Run("ip", "link", "add", "eth1", "mtu", "1400", "type", "veth", "peer", "name", "eth2");
        await home.Run("ip", "address", "add", "192.0.2.1/24", "dev", "eth1");
        await home.Run("ip", "link", "set", "eth1", "up");
        var block = await home.RunInside(() => PathMtu.LargestBlockSize(Settings with { InterfaceName = "eth1" }, new IPEndPoint(IPAddress.Parse("192.0.2.50"), 2070)));
        block.ShouldBe(1368);
    }

    [Theory]
    [InlineData(TftpOptions.LargestBlockSize, TftpOptions.LargestBlockSize)]
    [InlineData(1024, 1024)]
    public void LargestBlock_IsBoundedByTheSettings(int maximum, int expected) =>
        PathMtu.LargestBlockSize(Settings with { MaxBlockSize = maximum }, new IPEndPoint(IPAddress.Loopback, 2070)).ShouldBe(expected);

    [Theory]
    [InlineData("127.0.0.1", 1024)]
    [InlineData("127.0.1.1", 4096)]
    [InlineData("127.0.2.1", 2048)]
    public void LargestBlock_FollowsTheNetworkOfTheClient_WhereSomethingIsSaidForIt(string client, int expected)
    {
        var settings = Settings with { MaxBlockSize = 2048, MaxBlockSizeAt = address => address.GetAddressBytes()[2] switch { 0 => 1024, 1 => 4096, _ => null } };
        PathMtu.LargestBlockSize(settings, new IPEndPoint(IPAddress.Parse(client), 2070)).ShouldBe(expected);
    }
}
