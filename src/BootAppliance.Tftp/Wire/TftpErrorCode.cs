namespace BootAppliance.Tftp.Wire;

/// <summary>What an ERROR packet says (RFC 1350 appendix, RFC 2347 for 8).</summary>
public enum TftpErrorCode : ushort
{
    /// <summary>See the text. BIOS PXE ROMs also use it to end a size probe.</summary>
    NotDefined = 0,

    /// <summary>File not found.</summary>
    FileNotFound = 1,

    /// <summary>Access violation.</summary>
    AccessViolation = 2,

    /// <summary>Disk full or allocation exceeded.</summary>
    DiskFull = 3,

    /// <summary>Illegal TFTP operation.</summary>
    IllegalOperation = 4,

    /// <summary>Unknown transfer ID.</summary>
    UnknownTransferId = 5,

    /// <summary>File already exists.</summary>
    FileExists = 6,

    /// <summary>No such user.</summary>
    NoSuchUser = 7,

    /// <summary>The transfer ends during option negotiation; EDK2 ends its size probe with it.</summary>
    OptionNegotiation = 8,
}
