using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>The memory for one packet and its answer, used for one after the other.</summary>
internal sealed class DhcpTurn
{
    private readonly Action finish;
    private readonly byte[] frame = new byte[UdpFrame.HeaderLength + DhcpMessageWriter.LargestLength];
    private readonly SocketAddress address = new(AddressFamily.InterNetwork);

    private ValueTask<DhcpReply?> answer;

    /// <summary>Memory for a listener whose packets end in <paramref name="finish"/>.</summary>
    public DhcpTurn(Action<DhcpTurn> finish) => this.finish = () => finish(this);

    public DhcpReply Memory { get; } = new();

    public DhcpMessage Request { get; } = DhcpMessage.MakeReusable();

    /// <summary>Goes on when there is an answer, at once where nothing had to be waited for.</summary>
    public void Begin(ValueTask<DhcpReply?> begun)
    {
        answer = begun;
        if (answer.IsCompleted) finish();
        else answer.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(finish);
    }

    /// <summary>The answer, or null where there is none; throws what went wrong with it.</summary>
    public DhcpReply? TakeReply() => answer.GetAwaiter().GetResult();

    /// <summary>Writes the answer; false, with the length that it would have, when the client does not take so much.</summary>
    public bool TryWrite(DhcpReply reply, out int length) =>
        DhcpMessageWriter.TryWrite(reply.Message, frame.AsSpan(UdpFrame.HeaderLength, reply.MaximumLength), out length);

    /// <summary>The written answer.</summary>
    public ReadOnlySpan<byte> Datagram(int length) => frame.AsSpan(UdpFrame.HeaderLength, length);

    /// <summary>The written answer as an Ethernet frame.</summary>
    public ReadOnlySpan<byte> Frame(int length, in UdpFrameEnds ends)
    {
        var whole = frame.AsSpan(0, UdpFrame.HeaderLength + length);
        UdpFrame.WriteHeaders(whole, ends);
        return whole;
    }

    /// <summary>An address and port in the form that the socket takes.</summary>
    public SocketAddress Address(IPAddress ip, int port)
    {
        // struct sockaddr_in: family, port, address
        BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], (ushort)port);
        BinaryPrimitives.WriteUInt32BigEndian(address.Buffer.Span[4..], ip.ToNumber());
        return address;
    }
}
