using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <content>Subnets that share a wire: to a client they are one supply of addresses.</content>
public sealed partial class LeaseTable
{
    /// <summary>The subnet on the same wire that has the address; where none has it, the subnet itself.</summary>
    public Subnet SubnetOnWire(Subnet subnet, IPAddress address)
    {
        foreach (var addresses in OnWireOf(subnet))
            if (addresses.Subnet.Prefix.Contains(address)) return addresses.Subnet;
        return subnet;
    }

    /// <summary>Whether the client has a reservation in the subnet, or in another one on the same wire.</summary>
    public bool HasReservation(Subnet subnet, HardwareAddress client)
    {
        foreach (var addresses in OnWireOf(subnet))
            if (addresses.ReservationOf(client) is not null) return true;
        return false;
    }

    /// <summary>
    /// How this table knows a client of a subnet. Boot programs send identifiers of many kinds, another one in each stage, and a reservation
    /// names a MAC: these go by their hardware address whatever the key.
    /// </summary>
    public LeaseClient Identify(Subnet subnet, DhcpClient client) =>
        key == LeaseKey.Mac || client.IsBootClient || HasReservation(subnet, client.HardwareAddress)
            ? client.HardwareAddress
            : new LeaseClient(client.HardwareAddress, client.Identifier);

    /// <summary>Whether the client has, or last had, any address on the wire of the subnet.</summary>
    public bool HasRecord(Subnet subnet, LeaseClient client)
    {
        lock (gate)
        {
            foreach (var addresses in OnWireOf(subnet))
                if (FindLast(addresses, client) is not null || addresses.ReservationOf(client.HardwareAddress) is not null) return true;
        }

        return false;
    }

    /// <summary>The subnets of a wire in the order in which their pools are used up.</summary>
    private SubnetAddresses[] OnWireOf(Subnet subnet) => AddressesOf(subnet).OnSameWire;

    private static void ConnectWires(IReadOnlyList<SubnetAddresses> subnets)
    {
        foreach (var wire in subnets.Where(s => s.Subnet.SharedNetwork is not null).GroupBy(s => s.Subnet.SharedNetwork).Select(g => g.ToArray()))
            foreach (var addresses in wire) addresses.OnSameWire = wire;
    }
}
