using System.Net;
using BootAppliance.Http.Access;

namespace BootAppliance.Tests.Access;

public class FailureThrottleTests
{
    private static readonly IPAddress Guesser = IPAddress.Parse("192.0.2.66");

    private readonly ManualTime time = new();

    [Fact]
    public void Wait_BeginsWithTheFifthFailure_AndDoublesUpToAMinute()
    {
        var throttle = new FailureThrottle(time);
        List<double> waits = [];
        for (var i = 0; i < 13; i++)
        {
            waits.Add(throttle.Failed(Guesser).TotalSeconds);
            throttle.WaitOf(Guesser).TotalSeconds.ShouldBe(waits[^1]);
            time.Advance(throttle.WaitOf(Guesser));
            throttle.WaitOf(Guesser).ShouldBe(TimeSpan.Zero);
        }

        waits.ShouldBe([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    [Fact]
    public void Wait_GrowsShorter_AsTimePasses()
    {
        var throttle = new FailureThrottle(time);
        Fail(throttle, Guesser, 7);
        time.Advance(TimeSpan.FromSeconds(1.5));

        throttle.WaitOf(Guesser).ShouldBe(TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public void Failures_AreForgotten_AfterAQuarterOfAnHour()
    {
        var throttle = new FailureThrottle(time);
        Fail(throttle, Guesser, 9);
        time.Advance(TimeSpan.FromMinutes(15));

        throttle.Failed(Guesser).ShouldBe(TimeSpan.Zero);
        Fail(throttle, Guesser, 4);
        throttle.WaitOf(Guesser).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("192.0.2.67", false)]
    [InlineData("::ffff:192.0.2.66", true)]
    [InlineData("2001:db8:0:1::66", false)]
    public void Address_DoesNotWait_ForAnother(string other, bool isTheSame)
    {
        var throttle = new FailureThrottle(time);
        Fail(throttle, Guesser, 9);

        (throttle.WaitOf(IPAddress.Parse(other)) > TimeSpan.Zero).ShouldBe(isTheSame);
    }

    [Theory]
    [InlineData("2001:db8:0:1::2", true)]
    [InlineData("2001:db8:0:2::1", false)]
    public void Network_OfIpv6_IsOneAddress(string other, bool isTheSame)
    {
        var throttle = new FailureThrottle(time);
        Fail(throttle, IPAddress.Parse("2001:db8:0:1:a:b:c:d"), 9);

        (throttle.WaitOf(IPAddress.Parse(other)) > TimeSpan.Zero).ShouldBe(isTheSame);
    }

    [Fact]
    public void Table_IsBounded_AndLosesTheOldestFirst()
    {
        var throttle = new FailureThrottle(time);
        Fail(throttle, Guesser, 11);
        time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < FailureThrottle.MaximumAddresses - 1; i++) throttle.Failed(new IPAddress(0x0A000000u + (uint)i));
        throttle.WaitOf(Guesser).ShouldBeGreaterThan(TimeSpan.Zero);

        throttle.Failed(IPAddress.Parse("203.0.113.1"));

        throttle.WaitOf(Guesser).ShouldBe(TimeSpan.Zero);
    }

    private static void Fail(FailureThrottle throttle, IPAddress address, int times)
    {
        for (var i = 0; i < times; i++) throttle.Failed(address);
    }
}
