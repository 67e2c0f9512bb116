namespace BootAppliance.Tftp.Wire;

/// <summary>The first two bytes of every packet (RFC 1350 section 5, RFC 2347).</summary>
public enum TftpOpCode : ushort
{
    /// <summary>RRQ.</summary>
    ReadRequest = 1,

    /// <summary>WRQ.</summary>
    WriteRequest = 2,

    /// <summary>DATA.</summary>
    Data = 3,

    /// <summary>ACK.</summary>
    Acknowledgement = 4,

    /// <summary>ERROR.</summary>
    Error = 5,

    /// <summary>OACK (RFC 2347).</summary>
    OptionAcknowledgement = 6,
}
