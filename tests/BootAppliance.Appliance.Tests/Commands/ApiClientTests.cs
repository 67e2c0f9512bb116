using System.Net.Sockets;
using BootAppliance.Commands;

namespace BootAppliance.Tests.Commands;

public sealed class ApiClientTests : IDisposable
{
    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Theory]
    [InlineData("node", "list")]
    [InlineData("event", "watch")]
    [InlineData("lease", "release", "192.0.2.1")]
    public async Task Appliance_ThatIsNotThere_IsSaidToBeSo(params string[] command)
    {
        var notRunning = $"the appliance is not running (no answer on {rig.Socket}): start it with 'bootappliance run'; is --config the same file?";
        (await rig.RunAsync(command)).ShouldBe((CommandLine.Failure, "", notRunning));

        // What a killed appliance leaves behind: a socket that nobody listens on.
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)) left.Bind(new UnixDomainSocketEndPoint(rig.Socket));
        (await rig.RunAsync(command)).ShouldBe((CommandLine.Failure, "", notRunning));
    }
}
