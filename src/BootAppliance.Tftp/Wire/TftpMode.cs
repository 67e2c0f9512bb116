namespace BootAppliance.Tftp.Wire;

/// <summary>How the bytes of a file go over the wire (RFC 1350 section 1); the obsolete <c>mail</c> is refused.</summary>
public enum TftpMode
{
    /// <summary>The bytes as they are.</summary>
    Octet,

    /// <summary>Text with CR LF as the end of a line and CR NUL for a bare CR (RFC 764).</summary>
    Netascii,
}
