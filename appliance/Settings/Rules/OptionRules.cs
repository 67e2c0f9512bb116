using BootAppliance.Dhcp.Wire;
using BootAppliance.Settings.Loading;

namespace BootAppliance.Settings.Rules;

/// <summary>One item of <c>Dhcp:Subnets:…:Options</c>.</summary>
internal static class OptionRules
{
    private const string Protocol = "belongs to the protocol itself";
    private const string BootFile = "says what a machine boots, which is decided for each machine";

    public static void Apply(SettingsCheck check, IReadOnlyList<OptionSettings> options, int index, string key)
    {
        var option = options[index];
        if (!check.IsReadable(key)) return;
        check.Refuse(OwnerOf(option.Code) is not null, $"{key}:Code", $"option {option.Code} {OwnerOf(option.Code)}");
        check.Refuse(options.Take(index).Any(earlier => earlier.Code == option.Code), $"{key}:Code", $"option {option.Code} is here twice");
        check.Refuse(
            !DhcpOptionValue.TryParse(option.Type, option.Value, out _), $"{key}:Value", $"'{option.Value}' is not {Expected(option.Type)}");
    }

    /// <summary>Why an option is not the operator's to define, or null.</summary>
    private static string? OwnerOf(byte code) => (DhcpOptionCode)code switch
    {
        DhcpOptionCode.SubnetMask or DhcpOptionCode.BroadcastAddress => "follows from the Prefix",
        DhcpOptionCode.Router => "has a setting of its own, Router",
        DhcpOptionCode.DomainNameServer => "has a setting of its own, DnsServers",
        DhcpOptionCode.HostName => "has a setting of its own, HostName of a reservation",
        DhcpOptionCode.DomainName => "has a setting of its own, DomainName",
        DhcpOptionCode.InterfaceMtu => "has a setting of its own, InterfaceMtu",
        DhcpOptionCode.NtpServers => "has a setting of its own, NtpServers",
        DhcpOptionCode.CaptivePortal => "has a setting of its own, CaptivePortal",
        DhcpOptionCode.DomainSearch => "has a setting of its own, DomainSearch",
        DhcpOptionCode.ClasslessStaticRoute => "has a setting of its own, StaticRoutes",
        DhcpOptionCode.TftpServerAddress => "has a setting of its own, TftpServers",
        DhcpOptionCode.LeaseTime => "has settings of its own, LeaseTime and UnknownLeaseTime",
        DhcpOptionCode.TftpServerName => "has a setting of its own, NextServer",
        DhcpOptionCode.BootFileName or DhcpOptionCode.IpxeEncapsulated => BootFile,
        DhcpOptionCode.Pad or DhcpOptionCode.End or (>= DhcpOptionCode.RequestedAddress and <= DhcpOptionCode.ClientIdentifier) => Protocol,
        DhcpOptionCode.UserClass or DhcpOptionCode.RelayAgentInformation or DhcpOptionCode.ClientArchitecture or DhcpOptionCode.ClientNetworkInterface
            or DhcpOptionCode.ClientMachineIdentifier or DhcpOptionCode.SubnetSelection => Protocol,
        _ => null,
    };

    private static string Expected(DhcpOptionValueType type) => type switch
    {
        DhcpOptionValueType.Text => "a text of at least one character, all of them Latin-1",
        DhcpOptionValueType.Ip => "an IPv4 address such as 192.0.2.1",
        DhcpOptionValueType.IpList => "a list of IPv4 addresses such as 192.0.2.1, 192.0.2.2",
        DhcpOptionValueType.Number8 => $"a number from 0 to {byte.MaxValue}",
        DhcpOptionValueType.Number16 => $"a number from 0 to {ushort.MaxValue}",
        DhcpOptionValueType.Number32 => $"a number from 0 to {uint.MaxValue}",
        DhcpOptionValueType.Bool => "true or false",
        DhcpOptionValueType.Hex => "a row of bytes in hexadecimal digits such as 01:0a:ff",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
