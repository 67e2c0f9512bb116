namespace BootAppliance.Dhcp.Server;

/// <summary>Every way in which a packet stays without an answer.</summary>
public enum DhcpDropReason
{
    /// <summary>Not a readable DHCP message.</summary>
    Malformed,

    /// <summary>A server's message on the server's port.</summary>
    NotARequest,

    /// <summary>Not an Ethernet client.</summary>
    UnsupportedHardware,

    /// <summary>A message type that no client sends.</summary>
    UnexpectedType,

    /// <summary>A DHCPREQUEST that names no address.</summary>
    IncompleteRequest,

    /// <summary>No subnet of the settings fits the relay or the interface.</summary>
    NoSubnet,

    /// <summary>Nobody is answered in this subnet.</summary>
    NobodyAnswered,

    /// <summary>Not a network boot client, and only those are answered.</summary>
    NotABootClient,

    /// <summary>Not a known machine, and only those are answered.</summary>
    NotKnown,

    /// <summary>No reservation, and there is no pool.</summary>
    NoReservation,

    /// <summary>Every address of the pool is taken.</summary>
    PoolExhausted,

    /// <summary>The client's reserved address is in use by another machine.</summary>
    ReservationInUse,

    /// <summary>Every address that was tried answered ARP.</summary>
    AddressesInUse,

    /// <summary>The client took another server's offer.</summary>
    OtherServerChosen,

    /// <summary>In mode Proxy, what concerns the other server alone.</summary>
    AddressedElsewhere,

    /// <summary>A network boot client for which there is no boot file, where nothing but that is given out.</summary>
    NoBootFile,

    /// <summary>The client speaks of an address that we know nothing about.</summary>
    UnknownLease,

    /// <summary>The lease could not be made durable.</summary>
    StoreUnavailable,

    /// <summary>The answer does not fit what the client accepts.</summary>
    AnswerTooLong,

    /// <summary>More packets at once than can be under way.</summary>
    Overloaded,

    /// <summary>The network refused the answer.</summary>
    SendFailed,

    /// <summary>A defect of this program.</summary>
    InternalError,
}

/// <summary>What the reasons mean to an operator.</summary>
public static class DhcpDropReasons
{
    /// <summary>A sentence for the operator: what happened and, where something can be done, what.</summary>
    public static string Describe(this DhcpDropReason reason) => reason switch
    {
        DhcpDropReason.Malformed => "The packet is not a readable DHCP message.",
        DhcpDropReason.NotARequest => "The packet is a server's reply: another DHCP server or a relay speaks on this network.",
        DhcpDropReason.UnsupportedHardware => "The client is not on Ethernet; only Ethernet clients are served.",
        DhcpDropReason.UnexpectedType => "The message type is one that clients do not send.",
        DhcpDropReason.IncompleteRequest => "The DHCPREQUEST names no address, neither in option 50 nor in ciaddr.",
        DhcpDropReason.NoSubnet => "No entry of Dhcp:Subnets has the relay's or the interface's address; add one if this network is to be served.",
        DhcpDropReason.NobodyAnswered => "Nobody is answered in this subnet: its Answer, or Dhcp:Answer, is None.",
        DhcpDropReason.NotABootClient => "The client does not boot from the network; only those that do are answered (Dhcp:Answer PxeOnly, Dhcp:Mode Proxy, port 4011).",
        DhcpDropReason.NotKnown => "The machine is neither a node nor has it a reservation, and Dhcp:Answer is Known; add it with 'node add'.",
        DhcpDropReason.NoReservation => "The client has no reservation and no pool is in use; add a reservation or set Dhcp:Mode to Pool.",
        DhcpDropReason.PoolExhausted => "Every address of the pool is taken; enlarge Dhcp:Subnets:Pool or shorten UnknownLeaseTime ('lease list' shows who has them).",
        DhcpDropReason.ReservationInUse => "The address reserved for this client is held or in use by another machine; 'lease list' shows which.",
        DhcpDropReason.AddressesInUse => "Every address that was tried answered ARP: machines with fixed addresses live inside the pool.",
        DhcpDropReason.OtherServerChosen => "The client took another DHCP server's offer.",
        DhcpDropReason.AddressedElsewhere => "The message concerns the server that gives the addresses; Dhcp:Mode is Proxy.",
        DhcpDropReason.NoBootFile => "There is no loader for the client's architecture (option 93); name one in Boot:Loaders.",
        DhcpDropReason.UnknownLease => "The client asks about an address that this server never gave out; it is left to whoever did.",
        DhcpDropReason.StoreUnavailable => "The lease could not be written to the store, so the address was not promised; look at the disk.",
        DhcpDropReason.AnswerTooLong => "The answer does not fit the client's maximum message size (option 57); shorten URLs or options.",
        DhcpDropReason.Overloaded => "Too many packets are under way; the client will ask again.",
        DhcpDropReason.SendFailed => "The network did not take the answer; look at the interface.",
        DhcpDropReason.InternalError => "A defect of this program; please report it with the log.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>Whether the packet was simply not for us, in contrast to ours and failed.</summary>
    public static bool IsNotForUs(this DhcpDropReason reason) => reason
        is DhcpDropReason.Malformed or DhcpDropReason.NotARequest or DhcpDropReason.UnsupportedHardware or DhcpDropReason.UnexpectedType
        or DhcpDropReason.IncompleteRequest or DhcpDropReason.NoSubnet or DhcpDropReason.NobodyAnswered or DhcpDropReason.NotABootClient or DhcpDropReason.NotKnown
        or DhcpDropReason.NoReservation or DhcpDropReason.OtherServerChosen or DhcpDropReason.AddressedElsewhere or DhcpDropReason.UnknownLease;
}
