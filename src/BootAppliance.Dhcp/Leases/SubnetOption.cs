using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>Something that the machines of a subnet are told when they ask for it, encoded once at start.</summary>
/// <param name="Code">The option.</param>
/// <param name="Value">Its value.</param>
/// <param name="Always">Whether they are told without asking.</param>
public sealed record SubnetOption(DhcpOptionCode Code, ReadOnlyMemory<byte> Value, bool Always = false);
