using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace BootAppliance.Dhcp.Wire;

/// <summary>IPv4 addresses as numbers, for counting through pools and for the wire.</summary>
internal static class Ipv4
{
    // An IPAddress does not change, so one object per address serves every packet that names it. A subnet's clients fit; others push each other out.
    private static readonly IPAddress?[] seen = new IPAddress?[1 << 16];

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
        var network = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(number) : number;
        ref var place = ref seen[number % (uint)seen.Length];
        var known = Volatile.Read(ref place);
#pragma warning disable CS0618 // The one way to compare an address as a number without copying its bytes; right for IPv4, and only IPv4 is kept here.
        if (known is not null && (uint)known.Address == network) return known;
#pragma warning restore CS0618
        var made = new IPAddress(network);
        Volatile.Write(ref place, made);
        return made;
    }

    public static uint Mask(this IPNetwork network) => network.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - network.PrefixLength);
}
