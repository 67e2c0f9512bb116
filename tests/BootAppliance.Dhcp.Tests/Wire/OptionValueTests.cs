using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Wire;

/// <summary>Values of options, against the bytes that the RFCs print.</summary>
public class OptionValueTests
{
    [Fact]
    public void DomainSearch_IsTheExampleOfRfc3397() =>
        Convert.ToHexString(DomainSearchList.Encode(["eng.apple.com.", "marketing.apple.com."])).ShouldBe(
            "03656E67" + "056170706C65" + "03636F6D" + "00" + "096D61726B6574696E67" + "C004");

    [Fact]
    public void DomainSearch_PointsAtAWholeName_AndIgnoresCase() =>
        Convert.ToHexString(DomainSearchList.Encode(["lab", "LAB"])).ShouldBe("036C616200" + "C000");

    // The table of RFC 3442, "Classless Route Option Format".
    [Theory]
    [InlineData("0.0.0.0/0", "00")]
    [InlineData("10.0.0.0/8", "080A")]
    [InlineData("10.0.0.0/24", "180A0000")]
    [InlineData("10.17.0.0/16", "100A11")]
    [InlineData("10.27.129.0/24", "180A1B81")]
    [InlineData("10.229.0.128/25", "190AE50080")]
    [InlineData("10.198.122.47/32", "200AC67A2F")]
    public void StaticRoute_HasTheDestinationDescriptorOfRfc3442(string destination, string descriptor) =>
        Convert.ToHexString(StaticRoute.Encode([new(IPNetwork.Parse(destination), IPAddress.Parse("192.0.2.1"))], defaultRouter: null)).ShouldBe(descriptor + "C0000201");

    [Fact]
    public void StaticRoutes_BringTheDefaultRoute_SinceClientsIgnoreOption3Then()
    {
        var route = new StaticRoute(IPNetwork.Parse("198.51.100.0/24"), IPAddress.Any);
        Convert.ToHexString(StaticRoute.Encode([route], IPAddress.Parse("192.0.2.1"))).ShouldBe("18C6336400000000" + "00C0000201");
        var own = new StaticRoute(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("192.0.2.9"));
        Convert.ToHexString(StaticRoute.Encode([own], IPAddress.Parse("192.0.2.1"))).ShouldBe("00C0000209");
    }

    [Theory]
    [InlineData(DhcpOptionValueType.Text, "http://x", "687474703A2F2F78")]
    [InlineData(DhcpOptionValueType.Text, "", null)]
    [InlineData(DhcpOptionValueType.Text, "Δ", null)]
    [InlineData(DhcpOptionValueType.Ip, "192.0.2.1", "C0000201")]
    [InlineData(DhcpOptionValueType.Ip, "192.0.2", null)]
    [InlineData(DhcpOptionValueType.Ip, "2001:db8::1", null)]
    [InlineData(DhcpOptionValueType.IpList, "192.0.2.1, 192.0.2.2", "C0000201C0000202")]
    [InlineData(DhcpOptionValueType.IpList, "192.0.2.1,", null)]
    [InlineData(DhcpOptionValueType.Number8, "255", "FF")]
    [InlineData(DhcpOptionValueType.Number8, "256", null)]
    [InlineData(DhcpOptionValueType.Number16, "1500", "05DC")]
    [InlineData(DhcpOptionValueType.Number16, "65536", null)]
    [InlineData(DhcpOptionValueType.Number32, "4294967295", "FFFFFFFF")]
    [InlineData(DhcpOptionValueType.Number32, "-1", null)]
    [InlineData(DhcpOptionValueType.Bool, "true", "01")]
    [InlineData(DhcpOptionValueType.Bool, "1", null)]
    [InlineData(DhcpOptionValueType.Hex, "01:0a ff", "010AFF")]
    [InlineData(DhcpOptionValueType.Hex, "01f", null)]
    [InlineData(DhcpOptionValueType.Hex, "xx", null)]
    public void WrittenValue_BecomesItsBytes_OrNone(DhcpOptionValueType type, string text, string? bytes)
    {
        DhcpOptionValue.TryParse(type, text, out var value).ShouldBe(bytes is not null);
        (value is null ? null : Convert.ToHexString(value)).ShouldBe(bytes);
    }
}
