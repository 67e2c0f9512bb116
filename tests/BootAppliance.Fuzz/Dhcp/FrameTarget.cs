using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Fuzz.Dhcp;

/// <summary>Whole frames from the wire, where a foreign server's offers and the answers to ARP are looked for.</summary>
public sealed class FrameTarget : FuzzTarget
{
    private static readonly HardwareAddress Mac = new(HardwareAddress.Ethernet, [0x52, 0x54, 0, 0x12, 0x34, 0x56]);

    public override string Name => "frame";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. Captures("Dhcp").Select(payload => UdpFrame.Write(Mac, Mac, IPEndPoint.Parse("192.0.2.9:67"), IPEndPoint.Parse("255.255.255.255:68"), payload)),
        ArpFrame.WriteProbe(Mac, IPAddress.Parse("192.0.2.100")),
    ];

    public override void Run(byte[] input)
    {
        if (ArpFrame.TryRead(input, out _, out var sender)) Require(sender.IsEthernet, $"ARP of {sender}");
        if (!UdpFrame.TryRead(input, out _, out _, out var payload)) return;
        Require(payload.Length + UdpFrame.HeaderLength <= input.Length, "more payload than there is frame");
        _ = DhcpMessage.TryParse(payload, out _, out _);
    }
}
