using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;

namespace BootAppliance.Settings.Rules;

internal static class DhcpRules
{
    public static void Apply(SettingsCheck check)
    {
        var dhcp = check.Settings.Dhcp;
        var hasInterface = check.Settings.Network.Interface.Length > 0;
        check.Refuse(
            dhcp.Mode is DhcpMode.Reservations or DhcpMode.Proxy && !hasInterface,
            "Network:Interface",
            $"Dhcp:Mode {dhcp.Mode} needs the interface that the machines are on",
            "Dhcp:Mode");
        check.Refuse(
            dhcp.Mode == DhcpMode.Pool && dhcp.Subnets.Count > 0 && !hasInterface,
            "Network:Interface",
            "Dhcp:Subnets is given, and Dhcp:Mode Pool needs the interface that the machines are on",
            "Dhcp:Mode");
        check.Refuse(
            dhcp.Mode == DhcpMode.Reservations && dhcp.Subnets.All(s => s.Reservations.Count == 0),
            "Dhcp:Mode",
            "Reservations answers only machines that are listed in Dhcp:Subnets:…:Reservations, and none is",
            "Dhcp:Subnets");

        check.Refuse(
            dhcp is { LeaseKey: LeaseKey.ClientId, Mode: DhcpMode.Proxy or DhcpMode.Reservations },
            "Dhcp:LeaseKey",
            $"ClientId tells the machines of a pool apart, and in Dhcp:Mode {dhcp.Mode} there is none; leave it at Mac",
            "Dhcp:Mode");

        for (var i = 0; i < dhcp.Subnets.Count; i++)
        {
            var key = $"Dhcp:Subnets:{i}";
            SubnetRules.Apply(check, dhcp.Subnets[i], key);
            RefuseOverlap(check, i);
            var wire = dhcp.Subnets[i].SharedNetwork;
            check.Refuse(
                wire.Length > 0 && dhcp.Subnets.Count(s => s.SharedNetwork == wire) == 1,
                $"{key}:SharedNetwork",
                $"no other subnet is in the shared network '{wire}'; write the same name into each subnet of the wire");
        }
    }

    private static void RefuseOverlap(SettingsCheck check, int index)
    {
        var subnets = check.Settings.Dhcp.Subnets;
        for (var earlier = 0; earlier < index; earlier++)
        {
            var (one, other) = (subnets[earlier].Prefix, subnets[index].Prefix);
            check.Refuse(
                one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress),
                $"Dhcp:Subnets:{index}:Prefix",
                $"{other} overlaps {one} of Dhcp:Subnets:{earlier}; an address belongs to one subnet",
                $"Dhcp:Subnets:{earlier}:Prefix");
        }
    }
}
