namespace BootAppliance.Lab.Network;

/// <summary>The provisioning network of a lab: a switch with one address for the appliance and a socket for each machine.</summary>
public sealed class Bridge
{
    private readonly NetworkNamespace home;
    private int ports;

    private Bridge(NetworkNamespace home, string name)
    {
        this.home = home;
        Name = name;
    }

    /// <summary>The interface that the appliance serves.</summary>
    public string Name { get; }

    /// <param name="home">The namespace that it lives in.</param>
    /// <param name="address">Its own address with the prefix length, for example 192.0.2.1/24.</param>
    public static async Task<Bridge> Create(NetworkNamespace home, string address)
    {
        var bridge = new Bridge(home, "br0");
        await home.Run("ip", "link", "add", bridge.Name, "type", "bridge");
        await home.Run("ip", "address", "add", address, "dev", bridge.Name);
        await home.Run("ip", "link", "set", bridge.Name, "up");
        return bridge;
    }

    /// <summary>Adds a socket that a virtual machine can be plugged into.</summary>
    public async Task<MachineSocket> AddSocket() => new(home, $"tap,ifname={await AddTap()},script=no,downscript=no");

    /// <summary>Adds an interface whose other end is a file descriptor, of whoever opens it.</summary>
    public async Task<string> AddTap()
    {
        var tap = $"tap{Interlocked.Increment(ref ports)}";
        await home.Run("ip", "tuntap", "add", tap, "mode", "tap");
        await home.Run("ip", "link", "set", tap, "master", Name, "up");
        return tap;
    }

    /// <summary>Connects another namespace: its end is called <c>eth0</c>, is up, and has no address yet.</summary>
    public async Task Connect(NetworkNamespace client)
    {
        var port = $"veth{Interlocked.Increment(ref ports)}";
        await home.Run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", client.Name);
        await home.Run("ip", "link", "set", port, "master", Name, "up");
        await client.Run("ip", "link", "set", "eth0", "up");
    }
}
