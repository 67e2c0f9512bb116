using System.Net;
using BootAppliance.Dhcp.Leases;

namespace BootAppliance.Dhcp.Tests.Leases;

public class AddressPoolTests
{
    [Theory]
    [InlineData("192.0.2.100-192.0.2.200", 101)]
    [InlineData("192.0.2.1 - 192.0.2.1", 1)]
    [InlineData("0.0.0.0-255.255.255.255", 4294967296)]
    public void TryParse_ReadsARange(string text, long count)
    {
        AddressPool.TryParse(text, out var pool).ShouldBeTrue();
        pool.Count.ShouldBe(count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("192.0.2.100")]
    [InlineData("192.0.2.200-192.0.2.100")]
    [InlineData("192.0.2.100-")]
    [InlineData("::1-::2")]
    public void TryParse_RefusesAnythingElse(string text) => AddressPool.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Contains_HasBothEnds()
    {
        var pool = new AddressPool(IPAddress.Parse("192.0.2.100"), IPAddress.Parse("192.0.2.101"));
        new[] { "192.0.2.99", "192.0.2.100", "192.0.2.101", "192.0.2.102" }.Select(a => pool.Contains(IPAddress.Parse(a))).ShouldBe([false, true, true, false]);
    }
}
