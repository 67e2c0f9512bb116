using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace BootAppliance.Hosting;

/// <summary>The network interface that machines boot through, as it is at start.</summary>
/// <param name="Name">Its name, as in <c>eth1</c>; empty: none, everything but DHCP is on loopback.</param>
/// <param name="Address">The address that is handed out as next server and in URLs.</param>
/// <param name="Prefix">The network that the address is in.</param>
public sealed record ProvisioningInterface(string Name, IPAddress Address, IPNetwork Prefix)
{
    /// <summary>Whether there is one at all.</summary>
    public bool Exists => Name.Length > 0;

    /// <summary>Whether somebody is at the other end of the cable.</summary>
    public bool HasLink { get; init; } = true;

    /// <summary>Looks the interface up; an interface that cannot serve is refused with what to do about it.</summary>
    /// <param name="name">The interface of the settings, or empty.</param>
    /// <param name="wanted">The address of the settings, or null for the interface's first one.</param>
    public static ProvisioningInterface Find(string name, IPAddress? wanted)
    {
        if (name.Length == 0) return new("", wanted ?? IPAddress.Loopback, new IPNetwork(IPAddress.Parse("127.0.0.0"), 8));
        var found = NetworkInterface.GetAllNetworkInterfaces();
        var nic = found.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new StartupException($"Network:Interface: there is no interface '{name}'. This machine has: {string.Join(", ", found.Select(other => other.Name))}.");
        if (!IsUp(name))
            throw new StartupException($"Network:Interface: '{name}' is down. Bring it up with: ip link set {name} up");

        var addresses = nic.GetIPProperties().UnicastAddresses.Where(unicast => unicast.Address.AddressFamily == AddressFamily.InterNetwork).ToList();
        if (addresses.Count == 0)
            throw new StartupException($"Network:Interface: '{name}' has no IPv4 address. Give it one, for example: ip address add 192.0.2.1/24 dev {name}");
        var chosen = wanted is null ? addresses[0] : addresses.FirstOrDefault(unicast => unicast.Address.Equals(wanted))
            ?? throw new StartupException($"Network:Address: '{name}' does not have {wanted}. It has: {string.Join(", ", addresses.Select(unicast => unicast.Address))}.");
        return new(name, chosen.Address, Network(chosen.Address, chosen.PrefixLength)) { HasLink = nic.OperationalStatus != OperationalStatus.Down };
    }

    /// <summary>Whether the interface was brought up (IFF_UP). The operational status is "down" too while nobody is at the other end of the cable.</summary>
    private static bool IsUp(string name)
    {
        const int Up = 1;
        var flags = File.ReadAllText($"/sys/class/net/{name}/flags").Trim();
        return (Convert.ToInt32(flags, fromBase: 16) & Up) != 0;
    }

    private static IPNetwork Network(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < 32; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
