using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Netboot.Preview;

/// <summary>Whether a machine is answered in a subnet.</summary>
/// <param name="Subnet">The subnet; null: a network that the settings do not name.</param>
/// <param name="Refusal">Why it is not; null: it is.</param>
internal sealed record SubnetAnswer(Subnet? Subnet, DhcpDropReason? Refusal)
{
    public override string ToString() => Subnet?.Prefix.ToString() ?? "any other network";
}

/// <summary>Where a machine that has not asked yet would be answered: on the wire its subnet is told by the packet, here by what is known of the machine.</summary>
internal sealed class SubnetAnswers(DhcpServerSettings dhcp, LeaseTable leases)
{
    /// <summary>Whether the machine has a reservation anywhere.</summary>
    public bool HasReservation(DhcpClient client) => dhcp.Subnets.Any(subnet => IsReserved(subnet, client));

    /// <summary>The answer in each subnet where the machine may be: that of its reservation or its newest lease, otherwise all of them.</summary>
    public IReadOnlyList<SubnetAnswer> Ask(DhcpClient client, bool isNode) => [.. Places(client).Select(subnet => new SubnetAnswer(subnet, FindRefusal(subnet, client, isNode)))];

    private IEnumerable<Subnet?> Places(DhcpClient client)
    {
        if (HasReservation(client)) return dhcp.Subnets.Where(subnet => IsReserved(subnet, client));
        var lease = leases.Snapshot().Where(lease => lease.State == LeaseState.Bound && lease.Client == client.HardwareAddress).MaxBy(lease => lease.Expires);
        if (lease is not null && dhcp.Subnets.FirstOrDefault(subnet => subnet.Prefix.Contains(lease.Address)) is { } home) return OnWireOf(home);
        return dhcp.Mode == DhcpMode.Proxy || dhcp.Subnets.Count == 0 ? dhcp.Subnets.Append<Subnet?>(null) : dhcp.Subnets;
    }

    private DhcpDropReason? FindRefusal(Subnet? subnet, DhcpClient client, bool isNode)
    {
        var isReserved = subnet is not null && IsReserved(subnet, client);
        if (dhcp.FindRefusal(client, isNode || isReserved, subnet) is { } refusal) return refusal;
        var hasPool = dhcp.Mode == DhcpMode.Pool && (subnet is null || OnWireOf(subnet).Any(other => other.Pools.Count > 0));
        return dhcp.Mode == DhcpMode.Proxy || isReserved || hasPool ? null : DhcpDropReason.NoReservation;
    }

    private bool IsReserved(Subnet subnet, DhcpClient client) => OnWireOf(subnet).Any(other => other.ReservationFor(client.HardwareAddress) is not null);

    private IEnumerable<Subnet> OnWireOf(Subnet subnet) =>
        dhcp.Subnets.Where(other => ReferenceEquals(other, subnet) || (subnet.SharedNetwork is { } wire && other.SharedNetwork == wire));
}
