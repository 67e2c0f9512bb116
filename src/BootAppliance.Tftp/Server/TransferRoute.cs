using System.Buffers.Binary;
using System.Net;

namespace BootAppliance.Tftp.Server;

/// <summary>The way to one client.</summary>
/// <param name="client">Its address and port.</param>
internal sealed class TransferRoute(SocketAddress client)
{
    /// <summary>A struct sockaddr.</summary>
    public ReadOnlySpan<byte> Address => client.Buffer.Span[..client.Size];

    /// <summary>Whether the kernel has refused to cut up a window on this way, for example because the interface computes no checksums.</summary>
    public bool CannotSegment { get; set; }

    /// <summary>What sending failed with last, if it did.</summary>
    public string? Problem { get; set; }
}

/// <summary>The address and port of a client, to look it up by.</summary>
internal readonly record struct TransferPeer(ulong High, ulong Low, ushort Port)
{
    private const int Ipv4Length = 16;

    /// <summary>From a struct sockaddr_in or sockaddr_in6; a zone of a link-local address does not count.</summary>
    public static TransferPeer Of(ReadOnlySpan<byte> address)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return address.Length == Ipv4Length
            ? new TransferPeer(0, BinaryPrimitives.ReadUInt32BigEndian(address[4..]), port)
            : new TransferPeer(BinaryPrimitives.ReadUInt64BigEndian(address[8..]), BinaryPrimitives.ReadUInt64BigEndian(address[16..]), port);
    }
}
