using System.Buffers.Binary;

namespace BootAppliance.Bench;

/// <summary>A UDP packet for one of the simulated machines.</summary>
internal readonly ref struct MachinePacket(int machine, ushort sourcePort, ushort destinationPort, int payloadLength, ReadOnlySpan<byte> payload)
{
    public int Machine { get; } = machine;

    public ushort SourcePort { get; } = sourcePort;

    public ushort DestinationPort { get; } = destinationPort;

    /// <summary>The length as the header says; <see cref="Payload"/> may hold less.</summary>
    public int PayloadLength { get; } = payloadLength;

    public ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>The frames of simulated machines behind one link: machine n has the address 198.18.0.1 + n.</summary>
internal sealed class MachineFrames
{
    /// <summary>Ethernet, IPv4 and UDP header in bytes.</summary>
    public const int HeaderLength = 14 + 20 + 8;

    private const uint FirstMachine = 0xC612_0001;

    private readonly byte[] frame = new byte[1514];

    /// <param name="own">The hardware address of the machines.</param>
    /// <param name="server">The hardware address of the server.</param>
    /// <param name="serverAddress">The IPv4 address of the server.</param>
    public MachineFrames(ReadOnlySpan<byte> own, ReadOnlySpan<byte> server, ReadOnlySpan<byte> serverAddress)
    {
        server.CopyTo(frame);
        own.CopyTo(frame.AsSpan(6));
        ((ReadOnlySpan<byte>)[0x08, 0x00, 0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17]).CopyTo(frame.AsSpan(12));
        serverAddress.CopyTo(frame.AsSpan(30));
    }

    /// <summary>A frame from a machine to the server, valid until the next call.</summary>
    public ReadOnlySpan<byte> Write(int machine, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> payload)
    {
        var ip = frame.AsSpan(14);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(28 + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], FirstMachine + (uint)machine);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip[..20]));
        BinaryPrimitives.WriteUInt16BigEndian(ip[20..], sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(ip[22..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(ip[24..], (ushort)(8 + payload.Length));
        payload.CopyTo(ip[28..]);
        return frame.AsSpan(0, HeaderLength + payload.Length);
    }

    /// <summary>Reads a frame from the server to one of the machines.</summary>
    public static bool TryRead(ReadOnlySpan<byte> received, out MachinePacket packet)
    {
        packet = default;
        if (received.Length < HeaderLength || received[14] != 0x45 || received[23] != 17) return false;
        var ip = received[14..];
        packet = new MachinePacket(
            (int)(BinaryPrimitives.ReadUInt32BigEndian(ip[16..]) - FirstMachine),
            BinaryPrimitives.ReadUInt16BigEndian(ip[20..]),
            BinaryPrimitives.ReadUInt16BigEndian(ip[22..]),
            BinaryPrimitives.ReadUInt16BigEndian(ip[24..]) - 8,
            ip[28..]);
        return packet.Machine >= 0;
    }

    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        var sum = 0;
        for (var i = 0; i < header.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~((sum & 0xFFFF) + (sum >> 16));
    }
}
