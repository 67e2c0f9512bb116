using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Dhcp.Wire;

/// <summary>IPv4 addresses as numbers, for counting through pools and for the wire.</summary>
internal static class Ipv4
{
    public static uint ToNumber(this IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.AddressFamily == AddressFamily.InterNetwork && address.TryWriteBytes(bytes, out _)
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw new ArgumentException($"{address} is not an IPv4 address.", nameof(address));
    }

    public static IPAddress FromNumber(uint number)
    {
        if (number == 0) return IPAddress.Any;
        if (number == uint.MaxValue) return IPAddress.Broadcast;
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    public static uint Mask(this IPNetwork network) => network.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - network.PrefixLength);
}
