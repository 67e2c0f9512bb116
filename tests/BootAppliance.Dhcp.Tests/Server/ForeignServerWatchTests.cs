using System.Net;
using BootAppliance.Dhcp.Server;

namespace BootAppliance.Dhcp.Tests.Server;

public class ForeignServerWatchTests
{
    private static readonly ForeignServer other = new(IPAddress.Parse("192.0.2.9"), IPAddress.Parse("192.0.2.9"), IPAddress.Parse("192.0.2.200"), "other.0");
    private static readonly ForeignServer proxy = new(IPAddress.Parse("192.0.2.8"), null, IPAddress.Any, "proxy.0");

    private readonly ResponderRig rig = new();
    private IReadOnlyList<ForeignServer> onTheWire = [];

    [Fact]
    public async Task Server_IsToldOfOnce_AndOnceWhenItIsGone()
    {
        await using var watch = Watch(DhcpMode.Pool);
        (await Look(watch)).ShouldBeEmpty();
        (await Look(watch, other, proxy)).ShouldBe([other, proxy]);
        await Look(watch, other, proxy);
        await Look(watch, proxy);
        await Look(watch, proxy);
        rig.Notices.ShouldBe(
        [
            new DhcpNotice.ForeignServerFound("eth1", other), new DhcpNotice.ForeignServerFound("eth1", proxy), new DhcpNotice.ForeignServerGone("eth1", other),
        ]);
    }

    [Theory]
    [InlineData("192.0.2.9", true)]
    [InlineData("192.0.2.7", false)]
    public async Task KnownServer_IsNoStranger(string known, bool isExpected)
    {
        await using var watch = Watch(DhcpMode.Pool, IPAddress.Parse(known));
        (await Look(watch, other)).Count.ShouldBe(isExpected ? 0 : 1);
        (await Look(watch, other with { Address = IPAddress.Parse("203.0.113.1") })).Count.ShouldBe(isExpected ? 0 : 1, "by option 54");
    }

    [Fact]
    public async Task Proxy_ExpectsAnAddressServer_AndTellsOfItsAbsenceOnce()
    {
        await using var watch = Watch(DhcpMode.Proxy);
        (await Look(watch, other)).ShouldBeEmpty();
        await Look(watch);
        (await Look(watch, proxy)).ShouldBe([proxy]);
        await Look(watch, other);
        rig.Notices.ShouldBe(
        [
            new DhcpNotice.AddressServerMissing("eth1"), new DhcpNotice.ForeignServerFound("eth1", proxy),
            new DhcpNotice.ForeignServerGone("eth1", proxy), new DhcpNotice.AddressServerFound("eth1", other),
        ]);
    }

    [Fact]
    public async Task Watch_LooksEveryHour_AlsoAfterALookThatFailed()
    {
        var looks = 0;
        await using var watch = new ForeignServerWatch(
            "eth1", DhcpMode.Pool, [], _ => ++looks == 1 ? throw new InvalidOperationException("down") : Task.FromResult<IReadOnlyList<ForeignServer>>([other]),
            rig.Journal, rig.Time);
        watch.Start();
        rig.Time.Advance(ForeignServerWatch.Pause - TimeSpan.FromSeconds(1));
        looks.ShouldBe(0);
        for (var hour = 0; hour < 50 && rig.Notices.IsEmpty; hour++)
        {
            rig.Time.Advance(ForeignServerWatch.Pause);
            await Task.Yield();
        }

        rig.Notices.Single().ShouldBe(new DhcpNotice.ForeignServerFound("eth1", other));
    }

    private ForeignServerWatch Watch(DhcpMode mode, params IPAddress[] known) =>
        new("eth1", mode, known, _ => Task.FromResult(onTheWire), rig.Journal, rig.Time);

    private Task<IReadOnlyList<ForeignServer>> Look(ForeignServerWatch watch, params ForeignServer[] there)
    {
        onTheWire = there;
        return watch.LookAsync(CancellationToken.None);
    }
}
