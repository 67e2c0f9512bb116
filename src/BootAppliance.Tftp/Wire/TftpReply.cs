using System.Text;

namespace BootAppliance.Tftp.Wire;

/// <summary>What a client sends within a transfer: an ACK, or an ERROR that ends it.</summary>
/// <param name="OpCode"><see cref="TftpOpCode.Acknowledgement"/> or <see cref="TftpOpCode.Error"/>.</param>
/// <param name="Number">The 16 bits after it: the block number, or the error code.</param>
internal readonly record struct TftpReply(TftpOpCode OpCode, ushort Number)
{
    private const int LongestText = 128;

    public static TftpDropReason TryParse(ReadOnlySpan<byte> datagram, out TftpReply reply)
    {
        var reader = new TftpReader(datagram);
        reply = new TftpReply((TftpOpCode)reader.ReadUInt16(), reader.ReadUInt16());
        if (reader.Overrun) return TftpDropReason.TooShort;
        return reply.OpCode switch
        {
            TftpOpCode.Acknowledgement or TftpOpCode.Error => TftpDropReason.None,
            >= TftpOpCode.ReadRequest and <= TftpOpCode.OptionAcknowledgement => TftpDropReason.UnexpectedOpCode,
            _ => TftpDropReason.UnknownOpCode,
        };
    }

    /// <summary>The text of an ERROR, fit for a log line. Its NUL is often missing.</summary>
    public static string ErrorText(ReadOnlySpan<byte> datagram)
    {
        var text = datagram[TftpPacket.HeaderLength..];
        var end = text.IndexOf((byte)0);
        if (end >= 0) text = text[..end];
        return string.Create(Math.Min(text.Length, LongestText), text, static (characters, bytes) =>
        {
            for (var i = 0; i < characters.Length; i++) characters[i] = bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '?';
        });
    }
}
