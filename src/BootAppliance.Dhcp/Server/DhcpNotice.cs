using System.Net;

namespace BootAppliance.Dhcp.Server;

/// <summary>Something worth knowing that is neither an answer nor a drop.</summary>
/// <param name="Interface">The network interface.</param>
public abstract record DhcpNotice(string Interface)
{
    /// <summary>A client found the address in use that it was given (DHCPDECLINE); nobody gets it for <see cref="Leases.LeaseTable.QuarantineTime"/>.</summary>
    public sealed record Declined(string Interface, DhcpClient Client, IPAddress Address) : DhcpNotice(Interface);

    /// <summary>A client gave its address back (DHCPRELEASE).</summary>
    public sealed record Released(string Interface, DhcpClient Client, IPAddress Address) : DhcpNotice(Interface);

    /// <summary>In mode Proxy, a client took this address from the other server, as it should.</summary>
    public sealed record AddressedElsewhere(string Interface, DhcpClient Client, IPAddress Address) : DhcpNotice(Interface);

    /// <summary>Firmware goes on asking although it has our proxy offer: some takes none.</summary>
    public sealed record ProxyOfferIgnored(string Interface, DhcpClient Client) : DhcpNotice(Interface);

    /// <summary>Another server answers on the wire.</summary>
    public sealed record ForeignServerFound(string Interface, ForeignServer Server) : DhcpNotice(Interface);

    /// <summary>A server that was told of does not answer any more.</summary>
    public sealed record ForeignServerGone(string Interface, ForeignServer Server) : DhcpNotice(Interface);

    /// <summary>In mode Proxy, nobody gives addresses.</summary>
    public sealed record AddressServerMissing(string Interface) : DhcpNotice(Interface);

    /// <summary>In mode Proxy, somebody gives addresses again.</summary>
    public sealed record AddressServerFound(string Interface, ForeignServer Server) : DhcpNotice(Interface);
}
