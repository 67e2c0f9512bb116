namespace BootAppliance.Tftp.Wire;

/// <summary>Why a packet was not taken; each is counted under its name.</summary>
public enum TftpDropReason
{
    /// <summary>The packet was taken.</summary>
    None,

    /// <summary>Shorter than the packet that it begins.</summary>
    TooShort,

    /// <summary>Not one of the packets of RFC 1350 and 2347.</summary>
    UnknownOpCode,

    /// <summary>A request whose file name or mode has no NUL at its end.</summary>
    MissingTerminator,

    /// <summary>A request that names no file.</summary>
    EmptyFileName,

    /// <summary>A file name with control characters.</summary>
    IllegalFileName,

    /// <summary>A file name with a <c>..</c> segment.</summary>
    ClimbingFileName,

    /// <summary>A mode that is neither octet nor netascii.</summary>
    UnknownMode,

    /// <summary>A WRQ: this server is read only.</summary>
    WriteRequest,

    /// <summary>The sender is on no subnet that is served; it gets no answer.</summary>
    ForbiddenSource,

    /// <summary>A copy of a request that is being served.</summary>
    DuplicateRequest,

    /// <summary>As many transfers are under way as the settings allow; the client asks again by itself.</summary>
    TooManyTransfers,

    /// <summary>As many transfers of the sender's address are under way as the settings allow.</summary>
    TooManyFromAddress,

    /// <summary>As many files are open as the process can bear; the client asks again by itself.</summary>
    TooManyOpenFiles,

    /// <summary>No UDP port of the range, or no socket, is free; the client asks again by itself.</summary>
    NoFreePort,

    /// <summary>Something else than a request came to the listening port.</summary>
    StrayPacket,

    /// <summary>A packet for a transfer from another address or port than its client's.</summary>
    UnknownTransferId,

    /// <summary>The last ACK once more; answering it would double the traffic (RFC 1123 section 4.2.3.1).</summary>
    DuplicateAcknowledgement,

    /// <summary>An ACK for a block that is acknowledged long since or was never sent.</summary>
    StaleAcknowledgement,

    /// <summary>A packet within a transfer that only a server sends.</summary>
    UnexpectedOpCode,
}
