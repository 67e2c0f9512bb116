using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Netboot.Loaders;

/// <summary>The loader for the machines of one maker, where the usual one does not run on them.</summary>
/// <param name="Vendor">The maker of the network card.</param>
/// <param name="Architecture">The firmware's architecture (option 93).</param>
/// <param name="Loader">The loader.</param>
public sealed record VendorLoader(VendorPrefix Vendor, ClientArchitecture Architecture, string Loader);
