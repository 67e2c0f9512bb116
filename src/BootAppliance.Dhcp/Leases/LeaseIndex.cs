using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>The address that each client was last bound to, by either of the things that it may be known by; not thread safe.</summary>
internal sealed class LeaseIndex
{
    private readonly Dictionary<HardwareAddress, uint> byHardwareAddress = [];
    private readonly Dictionary<ClientIdentifier, uint> byIdentifier = [];

    /// <summary>The address by the client's identifier.</summary>
    public uint? Find(ClientIdentifier? identifier) => identifier is not null && byIdentifier.TryGetValue(identifier, out var address) ? address : null;

    /// <summary>The address by the client's hardware address.</summary>
    public uint? Find(HardwareAddress hardwareAddress) => byHardwareAddress.TryGetValue(hardwareAddress, out var address) ? address : null;

    /// <summary>Makes an address the client's last one.</summary>
    public void Add(LeaseClient client, uint address)
    {
        byHardwareAddress[client.HardwareAddress] = address;
        if (client.Identifier is { } identifier) byIdentifier[identifier] = address;
    }

    /// <summary>Forgets an address, unless the client has another one by now.</summary>
    public void Remove(LeaseClient client, uint address)
    {
        if (Find(client.HardwareAddress) == address) byHardwareAddress.Remove(client.HardwareAddress);
        if (client.Identifier is { } identifier && Find(identifier) == address) byIdentifier.Remove(identifier);
    }
}
