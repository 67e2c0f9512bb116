using System.Buffers.Binary;
using System.Net;
using System.Text.RegularExpressions;
using BootAppliance.Dhcp.Leases;

namespace BootAppliance.Settings.Rules;

/// <summary>One item of <c>Dhcp:Subnets</c>.</summary>
internal static partial class SubnetRules
{
    /// <summary>A full pool is searched from end to end before a machine is told so; a /16 is far above what one wire carries.</summary>
    private const int LargestPool = 65536;

    /// <summary>Below it are only point-to-point links (RFC 3021).</summary>
    private const int LongestPrefix = 30;

    /// <summary>RFC 2132 section 5.1.</summary>
    private const int SmallestMtu = 68;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLease = TimeSpan.FromDays(365);

    public static void Apply(SettingsCheck check, SubnetSettings subnet, string key)
    {
        check.Refuse(
            subnet.Prefix.PrefixLength > LongestPrefix,
            $"{key}:Prefix",
            $"{subnet.Prefix} has no room for this appliance and a machine; the longest prefix is /{LongestPrefix}");
        check.Refuse(
            subnet.Router is not null && !IsHost(subnet.Prefix, subnet.Router),
            $"{key}:Router",
            $"{subnet.Router} is not an address for a host in {subnet.Prefix}; machines could not reach it",
            $"{key}:Prefix");
        if (subnet.Pool is not null) CheckPool(check, subnet, subnet.Pool, key);
        CheckReservations(check, subnet, key);
        CheckLease(check, $"{key}:LeaseTime", subnet.LeaseTime);
        CheckLease(check, $"{key}:UnknownLeaseTime", subnet.UnknownLeaseTime);
        check.Refuse(
            subnet.DomainName.Length > 0 && !DomainName().IsMatch(subnet.DomainName),
            $"{key}:DomainName",
            "is not a domain name such as lab.example (letters, digits, hyphens and dots)");
        CheckOptions(check, subnet, key);
    }

    private static void CheckOptions(SettingsCheck check, SubnetSettings subnet, string key)
    {
        for (var i = 0; i < subnet.DomainSearch.Count; i++)
            check.Refuse(!DomainName().IsMatch(subnet.DomainSearch[i]), $"{key}:DomainSearch:{i}", "is not a domain name such as lab.example (letters, digits, hyphens and dots)");
        for (var i = 0; i < subnet.StaticRoutes.Count; i++)
        {
            var router = subnet.StaticRoutes[i].Router;
            if (!check.IsReadable($"{key}:StaticRoutes:{i}")) continue;
            check.Refuse(
                !router.Equals(IPAddress.Any) && !IsHost(subnet.Prefix, router),
                $"{key}:StaticRoutes:{i}:Router",
                $"{router} is not an address for a host in {subnet.Prefix}; machines could not reach it (0.0.0.0: the prefix is on the link itself)",
                $"{key}:Prefix");
        }

        check.Refuse(subnet.InterfaceMtu is < SmallestMtu or > ushort.MaxValue, $"{key}:InterfaceMtu", $"{subnet.InterfaceMtu} is not between {SmallestMtu} and {ushort.MaxValue} bytes");
        for (var i = 0; i < subnet.Options.Count; i++) OptionRules.Apply(check, subnet.Options, i, $"{key}:Options:{i}");
    }

    private static void CheckPool(SettingsCheck check, SubnetSettings subnet, AddressPool pool, string key)
    {
        var poolKey = $"{key}:Pool";
        check.Refuse(
            !IsHost(subnet.Prefix, pool.First) || !IsHost(subnet.Prefix, pool.Last),
            poolKey,
            $"{pool} is not within the host addresses of {subnet.Prefix}",
            $"{key}:Prefix");
        check.Refuse(pool.Count > LargestPool, poolKey, $"{pool} has {pool.Count} addresses; at most {LargestPool} are allowed");

        foreach (var (what, address, because) in TakenAddresses(check.Settings, subnet, key))
        {
            check.Refuse(pool.Contains(address), poolKey, $"{pool} includes {address}, which is {what}; two machines would get into each other's way", because);
        }
    }

    private static IEnumerable<(string What, IPAddress Address, string Key)> TakenAddresses(ApplianceSettings settings, SubnetSettings subnet, string key)
    {
        if (settings.Network.Address is { } own) yield return ("this appliance (Network:Address)", own, "Network:Address");
        if (subnet.Router is { } router) yield return ("the Router", router, $"{key}:Router");
        foreach (var server in subnet.DnsServers) yield return ("one of DnsServers", server, $"{key}:DnsServers");
        foreach (var server in subnet.NtpServers) yield return ("one of NtpServers", server, $"{key}:NtpServers");
    }

    private static void CheckReservations(SettingsCheck check, SubnetSettings subnet, string subnetKey)
    {
        for (var i = 0; i < subnet.Reservations.Count; i++)
        {
            var (reservation, key) = (subnet.Reservations[i], $"{subnetKey}:Reservations:{i}");
            check.Refuse(
                reservation.HostName.Length > 0 && !DomainName().IsMatch(reservation.HostName),
                $"{key}:HostName",
                "is not a host name such as node1 (letters, digits, hyphens and dots)");
            RefuseDoubled(check, subnet, subnetKey, i);
            if (!check.IsReadable($"{key}:Address")) continue;

            var address = reservation.Address;
            check.Refuse(!IsHost(subnet.Prefix, address), $"{key}:Address", $"{address} is not an address for a host in {subnet.Prefix}", $"{subnetKey}:Prefix");
            foreach (var (what, taken, because) in TakenAddresses(check.Settings, subnet, subnetKey))
            {
                check.Refuse(taken.Equals(address), $"{key}:Address", $"{address} is {what}", because);
            }
        }
    }

    private static void RefuseDoubled(SettingsCheck check, SubnetSettings subnet, string subnetKey, int index)
    {
        var reservation = subnet.Reservations[index];
        for (var i = 0; i < index; i++)
        {
            var earlier = $"{subnetKey}:Reservations:{i}";
            check.Refuse(
                subnet.Reservations[i].Mac == reservation.Mac,
                $"{subnetKey}:Reservations:{index}:Mac",
                $"{reservation.Mac} has a reservation already, {earlier}",
                $"{earlier}:Mac");
            check.Refuse(
                Equals(subnet.Reservations[i].Address, reservation.Address),
                $"{subnetKey}:Reservations:{index}:Address",
                $"{reservation.Address} is reserved already, for {subnet.Reservations[i].Mac} in {earlier}",
                $"{earlier}:Address");
        }
    }

    private static void CheckLease(SettingsCheck check, string key, TimeSpan time) =>
        check.Refuse(time < ShortestLease || time > LongestLease, key, $"{time} is not between one second and {LongestLease.Days} days");

    /// <summary>Inside the prefix, and neither its network nor its broadcast address.</summary>
    private static bool IsHost(IPNetwork prefix, IPAddress address)
    {
        var hostMask = uint.MaxValue >> prefix.PrefixLength;
        var host = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) & hostMask;
        return prefix.Contains(address) && host != 0 && host != hostMask;
    }

    [GeneratedRegex("^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DomainName();
}
