using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Looks whether an address is in use on the local link.</summary>
public interface IAddressProbe
{
    /// <summary>Who answers for the address; null: nobody did in time.</summary>
    Task<HardwareAddress?> FindHolderAsync(IPAddress address);
}
