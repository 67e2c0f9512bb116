namespace BootAppliance.Nodes.Tests;

public class MacAddressTests
{
    [Theory]
    [InlineData("52:54:00:12:34:56")]
    [InlineData("52-54-00-12-34-56")]
    [InlineData("52.54.00.12.34.56")]
    [InlineData("5254.0012.3456")]
    [InlineData("525400123456")]
    [InlineData("01-52-54-00-12-34-56")]
    [InlineData("01:52:54:00:12:34:56")]
    [InlineData(" 52:54:00:12:34:56\n")]
    public void TryParse_ReadsTheAddress_InEveryUsualNotation(string text)
    {
        MacAddress.TryParse(text, out var address).ShouldBeTrue();
        address.ToUInt64().ShouldBe(0x525400123456ul);
    }

    [Fact]
    public void TryParse_ReadsTheAddress_InAnyCase()
    {
        MacAddress.TryParse("AA:bB:cC:Dd:EE:ff", out var address).ShouldBeTrue();
        address.ToString().ShouldBe("aa:bb:cc:dd:ee:ff");
        address.ToHyphenated().ShouldBe("aa-bb-cc-dd-ee-ff");
    }

    [Theory]
    [InlineData("")]
    [InlineData("52:54:00:12:34")]
    [InlineData("52:54:00:12:34:5")]
    [InlineData("52:54:00:12:34:5g")]
    [InlineData("52:54-00:12:34:56")]
    [InlineData("52:54:00:12:34:56:78")]
    [InlineData("02-52-54-00-12-34-56")]
    [InlineData("5254001234567")]
    [InlineData("+25400123456")]
    [InlineData("0x5400123456")]
    [InlineData("5 2540012345")]
    [InlineData("5254/0012/3456")]
    [InlineData("52:54:00:12:34:56/../../x")]
    [InlineData("٥٢٥٤٠٠١٢٣٤٥٦")]
    public void TryParse_Refuses_WhatIsNoAddress(string text) => MacAddress.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("52:54:00:12:34:56", true)]
    [InlineData("00:00:00:00:00:01", true)]
    [InlineData("00:00:00:00:00:00", false)]
    [InlineData("ff:ff:ff:ff:ff:ff", false)]
    [InlineData("01:00:5e:00:00:01", false)]
    public void IsUnicast_IsFalse_ForZeroBroadcastAndMulticast(string text, bool expected)
    {
        MacAddress.TryParse(text, out var address).ShouldBeTrue();
        address.IsUnicast.ShouldBe(expected);
    }
}
