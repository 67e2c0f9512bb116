using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json.Serialization;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Tftp.Server;

namespace BootAppliance.Settings.Loading;

/// <summary>How a single value of a type is written.</summary>
/// <param name="Expected">What is expected, with an example; ends the sentence "… is not …".</param>
/// <param name="Parse">The value, or null if the text is none.</param>
internal sealed record SettingParser(string Expected, Func<string, object?> Parse)
{
    private static readonly Dictionary<Type, SettingParser> Known = new()
    {
        [typeof(string)] = new("a text", text => text),
        [typeof(Secret)] = new("a text", text => new Secret(text)),
        [typeof(bool)] = new("true or false", text => bool.TryParse(text, out var value) ? value : null),
        [typeof(byte)] = new("a number from 0 to 255", text => byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null),
        [typeof(int)] = new("a whole number such as 1500", text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null),
        [typeof(ushort)] = new("a port number from 0 to 65535 such as 69", text => ParsePort(text)),
        [typeof(TftpPortRange)] = new("a range of ports such as 40000-40100", text => ParsePortRange(text)),
        [typeof(TimeSpan)] = new("a duration, [days.]hours:minutes:seconds, such as 00:20:00 or 7.00:00:00", text => ParseDuration(text)),
        [typeof(ByteSize)] = new("a size such as 20GiB or 500MB", text => ByteSize.TryParse(text, out var size) ? size : null),
        [typeof(Uri)] = new("an http or https URL such as http://127.0.0.1:6385", ParseUrl),
        [typeof(IPAddress)] = new("an IPv4 address such as 192.0.2.1", ParseAddress),
        [typeof(IPNetwork)] = new("an IPv4 prefix such as 192.0.2.0/24 (with zeros behind the length)", text => ParsePrefix(text)),
        [typeof(AddressPool)] = new(
            "a range of IPv4 addresses, the lower one first, such as 192.0.2.100-192.0.2.200",
            text => AddressPool.TryParse(text, out var pool) ? pool : null),
        [typeof(HardwareAddress)] = new("a MAC address such as 52:54:00:12:34:56", text => ParseMac(text)),
        [typeof(VendorPrefix)] = new("the first three bytes of a MAC address such as 18:66:da", text => VendorPrefix.TryParse(text, out var prefix) ? prefix : null),
        [typeof(ClientArchitecture)] = new("a client architecture, by number (7) or name (X64Uefi)", text => ParseArchitecture(text)),
    };

    /// <summary>Null if a value of this type is not written as a single value.</summary>
    public static SettingParser? For(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return Known.TryGetValue(type, out var parser) ? parser : type.IsEnum ? ForWords(type) : null;
    }

    private static SettingParser ForWords(Type type)
    {
        var words = type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (Word: f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? f.Name, Value: f.GetValue(null))).ToList();
        return new SettingParser(
            $"one of {string.Join(", ", words.Select(w => w.Word))}",
            text => words.Find(w => w.Word.Equals(text, StringComparison.OrdinalIgnoreCase)).Value);
    }

    private static ushort? ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static TftpPortRange? ParsePortRange(string text) =>
        text.Split('-', StringSplitOptions.TrimEntries) is [var first, var last] && ParsePort(first) is ushort from && ParsePort(last) is ushort to
            ? new TftpPortRange(from, to) : null;

    private static TimeSpan? ParseDuration(string text) =>
        TimeSpan.TryParseExact(text, [@"hh\:mm\:ss", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out var duration) ? duration : null;

    private static Uri? ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) ? url : null;

    // The runtime also takes short forms (10.1 for 10.0.0.1), which here are typing mistakes.
    private static IPAddress? ParseAddress(string text) =>
        text.Count(c => c == '.') == 3 && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address : null;

    // The runtime cuts off what stands behind the length; here that is a typing mistake in the one or the other.
    private static IPNetwork? ParsePrefix(string text) =>
        ParseAddress(text.Split('/')[0]) is { } address && IPNetwork.TryParse(text, out var prefix) && prefix.BaseAddress.Equals(address) ? prefix : null;

    private static HardwareAddress? ParseMac(string text) =>
        PhysicalAddress.TryParse(text.ToUpperInvariant(), out var mac) && mac.GetAddressBytes() is { Length: 6 } bytes
            ? new HardwareAddress(HardwareAddress.Ethernet, bytes) : null;

    private static ClientArchitecture? ParseArchitecture(string text)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return (ClientArchitecture)number;
        return char.IsLetter(text.FirstOrDefault()) && Enum.TryParse<ClientArchitecture>(text, ignoreCase: true, out var named) ? named : null;
    }
}
