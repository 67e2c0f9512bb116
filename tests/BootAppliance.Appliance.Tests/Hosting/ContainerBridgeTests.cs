using BootAppliance.Hosting;
using BootAppliance.Lab.Network;

namespace BootAppliance.Tests;

/// <summary>What the kernel says of real interfaces, in a namespace of its own, beneath the root of an imagined container.</summary>
public sealed class ContainerBridgeTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("bootappliance-container-");

    public void Dispose() => root.Delete(recursive: true);

    [Theory]
    [InlineData(".dockerenv", "eth0", true)]
    [InlineData("run/.containerenv", "eth0", true)]
    [InlineData("var/run/secrets/kubernetes.io", "eth0", true)]
    [InlineData("run/nothing", "eth0", false)]
    [InlineData(".dockerenv", "macvlan0", false)]
    [InlineData(".dockerenv", "lo", false)]
    public async Task Interface_BehindTheBridgeOfAContainerEngine_IsAProblem(string mark, string nic, bool expected)
    {
        var obstacle = NetworkNamespace.FindObstacle();
        Assert.SkipUnless(obstacle is null, obstacle ?? "");
        Directory.CreateDirectory(Path.Combine(root.FullName, mark));
        await using var inside = await NetworkNamespace.Create();
        await inside.Run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "docker0");
        await inside.Run("ip", "link", "add", "macvlan0", "link", "eth0", "type", "macvlan", "mode", "bridge");

        var problem = await inside.RunInside(() => ContainerBridge.FindProblem(nic, root.FullName));

        (problem is not null).ShouldBe(expected);
        problem?.ShouldStartWith("'eth0' leads to the bridge of a container engine");
    }
}
