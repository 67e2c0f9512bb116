using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests.Server;

/// <summary>RFC 2131 section 4.1, every case.</summary>
public class ReplyDestinationTests
{
    [Theory]
    [InlineData("198.18.0.1", "0.0.0.0", false, DhcpMessageType.Offer, ReplyPath.Relay, "198.18.0.1")]
    [InlineData("198.18.0.1", "192.0.2.9", true, DhcpMessageType.Ack, ReplyPath.Relay, "198.18.0.1")]
    [InlineData("198.18.0.1", "0.0.0.0", false, DhcpMessageType.Nak, ReplyPath.Relay, "198.18.0.1")]
    [InlineData("0.0.0.0", "0.0.0.0", false, DhcpMessageType.Nak, ReplyPath.Broadcast, "255.255.255.255")]
    [InlineData("0.0.0.0", "192.0.2.9", false, DhcpMessageType.Nak, ReplyPath.Broadcast, "255.255.255.255")]
    [InlineData("0.0.0.0", "192.0.2.9", false, DhcpMessageType.Ack, ReplyPath.ClientAddress, "192.0.2.9")]
    [InlineData("0.0.0.0", "192.0.2.9", true, DhcpMessageType.Ack, ReplyPath.ClientAddress, "192.0.2.9")]
    [InlineData("0.0.0.0", "0.0.0.0", true, DhcpMessageType.Offer, ReplyPath.Broadcast, "255.255.255.255")]
    [InlineData("0.0.0.0", "0.0.0.0", false, DhcpMessageType.Offer, ReplyPath.HardwareAddress, "192.0.2.100")]
    [InlineData("0.0.0.0", "0.0.0.0", false, DhcpMessageType.Ack, ReplyPath.HardwareAddress, "192.0.2.100")]
    public void For_FollowsTheRfc(string giaddr, string ciaddr, bool broadcast, DhcpMessageType type, ReplyPath path, string address)
    {
        var request = ResponderRig.Message(DhcpMessageType.Discover, ciaddr: ciaddr, giaddr: giaddr, broadcast: broadcast);
        var reply = new DhcpMessage
        {
            OpCode = DhcpOpCode.BootReply,
            TransactionId = 1,
            ClientHardwareAddress = ResponderRig.Mac(1),
            MessageType = type,
            YourAddress = IPAddress.Parse("192.0.2.100"),
        };
        ReplyDestination.For(request, reply).ShouldBe(new ReplyDestination(path, IPAddress.Parse(address), ResponderRig.Mac(1)));
    }
}
