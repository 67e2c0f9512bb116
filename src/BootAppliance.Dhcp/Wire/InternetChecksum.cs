using System.Buffers.Binary;

namespace BootAppliance.Dhcp.Wire;

/// <summary>The checksum of IPv4 and UDP headers (RFC 1071).</summary>
internal static class InternetChecksum
{
    /// <summary>Adds bytes, an odd last one padded with zero, to a running sum.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> data)
    {
        for (; data.Length >= 2; data = data[2..]) sum += BinaryPrimitives.ReadUInt16BigEndian(data);
        return data.IsEmpty ? sum : sum + (uint)(data[0] << 8);
    }

    /// <summary>Folds the carries back in and takes the complement.</summary>
    public static ushort Finish(uint sum)
    {
        while (sum > ushort.MaxValue) sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
