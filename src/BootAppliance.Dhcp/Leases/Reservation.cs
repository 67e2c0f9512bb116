using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Leases;

/// <summary>An address that is one client's alone, inside or outside the pools.</summary>
/// <param name="Client">The client's hardware address.</param>
/// <param name="Address">Its IPv4 address.</param>
/// <param name="HostName">The name it is told (option 12), if any.</param>
public sealed record Reservation(HardwareAddress Client, IPAddress Address, string? HostName = null);
