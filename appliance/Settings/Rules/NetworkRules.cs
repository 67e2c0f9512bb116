using System.Net;

namespace BootAppliance.Settings.Rules;

internal static class NetworkRules
{
    /// <summary>IFNAMSIZ without its terminating zero.</summary>
    private const int LongestInterfaceName = 15;

    public static void Apply(SettingsCheck check)
    {
        var network = check.Settings.Network;
        check.Refuse(
            network.Interface.Length > LongestInterfaceName || network.Interface.Any(c => c == '/' || char.IsWhiteSpace(c) || char.IsControl(c)),
            "Network:Interface",
            $"is not the name of a network interface such as eth1 (at most {LongestInterfaceName} characters, no blank, no slash)");
        check.Refuse(
            network.Address is { } address && !IsUnicast(address),
            "Network:Address",
            $"{network.Address} cannot be the address of this appliance: machines could not send to it");
        check.Refuse(
            network.Interface.Length == 0 && network.Address is { } other && IsUnicast(other) && !IPAddress.IsLoopback(other),
            "Network:Address",
            $"{network.Address} is of use only with the interface that has it: set Network:Interface too",
            "Network:Interface");
    }

    private static bool IsUnicast(IPAddress address) => address.GetAddressBytes()[0] is > 0 and < 224;
}
