using System.Net;
using System.Text;

namespace BootAppliance.Tftp.Wire;

/// <summary>A client asks for a file (RRQ, RFC 1350 section 5).</summary>
/// <param name="Client">Where the request came from; its UDP port is the client's transfer ID.</param>
/// <param name="FileName">The file name with forward slashes, without a leading slash and without <c>..</c> segments.</param>
/// <param name="Mode">How the bytes go over the wire.</param>
/// <param name="Options">What the client would like to negotiate (RFC 2347).</param>
public sealed record TftpReadRequest(IPEndPoint Client, string FileName, TftpMode Mode, TftpOptions Options)
{
    /// <summary>Reads a datagram that came to the listening port; anything but a well-formed RRQ gives the reason why it is none.</summary>
    /// <remarks>
    /// <code>
    ///  2 bytes   string    1 byte  string  1 byte  string    1 byte  string   1 byte
    /// +--------+----------+------+--------+------+---------+------+---------+------+
    /// | 1 or 2 | filename |  0   |  mode  |  0   | option1 |  0   | value1  |  0   | ...
    /// +--------+----------+------+--------+------+---------+------+---------+------+
    /// </code>
    /// </remarks>
    public static TftpDropReason TryParse(ReadOnlySpan<byte> datagram, IPEndPoint client, out TftpReadRequest? request)
    {
        request = null;
        var reader = new TftpReader(datagram);
        var opCode = (TftpOpCode)reader.ReadUInt16();
        if (reader.Overrun) return TftpDropReason.TooShort;
        if (opCode is TftpOpCode.WriteRequest) return TftpDropReason.WriteRequest;
        if (opCode is not TftpOpCode.ReadRequest)
            return opCode is >= TftpOpCode.Data and <= TftpOpCode.OptionAcknowledgement ? TftpDropReason.StrayPacket : TftpDropReason.UnknownOpCode;

        var name = reader.ReadText();
        var modeName = reader.ReadText();
        if (reader.Overrun) return TftpDropReason.MissingTerminator;

        var refused = TftpFileName.TryNormalize(name, out var fileName);
        if (refused is not TftpDropReason.None) return refused;

        TftpMode mode;
        if (Ascii.EqualsIgnoreCase(modeName, "octet"u8)) mode = TftpMode.Octet;
        else if (Ascii.EqualsIgnoreCase(modeName, "netascii"u8)) mode = TftpMode.Netascii;
        else return TftpDropReason.UnknownMode;

        request = new TftpReadRequest(client, fileName, mode, TftpOptions.Read(ref reader));
        return TftpDropReason.None;
    }
}
