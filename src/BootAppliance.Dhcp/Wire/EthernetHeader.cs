using System.Buffers.Binary;

namespace BootAppliance.Dhcp.Wire;

/// <summary>The 14 bytes before everything on Ethernet.</summary>
internal static class EthernetHeader
{
    public const int AddressLength = 6;

    public static readonly HardwareAddress Broadcast = new(HardwareAddress.Ethernet, [255, 255, 255, 255, 255, 255]);

    public static void Write(Span<byte> frame, HardwareAddress source, HardwareAddress destination, ushort etherType)
    {
        Span<byte> address = stackalloc byte[HardwareAddress.MaximumLength];
        destination.WriteTo(address);
        address[..AddressLength].CopyTo(frame);
        source.WriteTo(address);
        address[..AddressLength].CopyTo(frame[AddressLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[(2 * AddressLength)..], etherType);
    }
}
