using System.Collections;
using System.Net;
using System.Reflection;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot;
using BootAppliance.Settings;
using YamlDotNet.RepresentationModel;

namespace BootAppliance.Tests.Settings;

/// <summary>The commented <c>appsettings.yaml</c> is the manual of the settings, so it must never lag behind the records.</summary>
public class ShippedSettingsTests
{
    [Fact]
    public void ShippedFile_HasExactlyTheKeysOfTheRecords()
    {
        var written = KeysOf(Root(SettingsTexts.Shipped()), "").ToList();

        written.Order().ShouldBe(KeysOf(typeof(ApplianceSettings), "").Order());
    }

    [Fact]
    public void ShippedFile_HasTheDefaultsAsValues()
    {
        var shipped = SettingsTexts.Accepted(SettingsTexts.Shipped());

        Values(shipped, "").ShouldBe(Values(new ApplianceSettings(), ""));
        Values(shipped, "").Count.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void ShippedFile_IsWhereTheValuesComeFrom()
    {
        // Each default must come from its line: a value in the file that is not read would hide behind the equal default.
        var changed = SettingsTexts.Shipped().Replace("Port: 69", "Port: 6969").Replace("Root: /var/lib/bootappliance/http", "Root: /srv").Replace("UnknownNode: LocalBoot", "UnknownNode: Error");

        var settings = SettingsTexts.Accepted(changed);

        settings.Tftp.Port.ShouldBe((ushort)6969);
        settings.Http.Root.ShouldBe("/srv");
        settings.Boot.UnknownNode.ShouldBe(UnknownNodeAction.Error);
    }

    [Fact]
    public void ExampleSubnet_Loads_WhenUncommented()
    {
        var settings = SettingsTexts.Accepted(Uncommented(), ["--Network:Interface=eth1"]);

        var subnet = settings.Dhcp.Subnets.ShouldHaveSingleItem();
        subnet.Prefix.ShouldBe(IPNetwork.Parse("192.0.2.0/24"));
        subnet.Pool.ShouldBe(new AddressPool(IPAddress.Parse("192.0.2.100"), IPAddress.Parse("192.0.2.200")));
        subnet.Router.ShouldBe(IPAddress.Parse("192.0.2.1"));
        subnet.DnsServers.ShouldBe([IPAddress.Parse("192.0.2.1")]);
        subnet.NtpServers.ShouldBe([IPAddress.Parse("192.0.2.1")]);
        subnet.DomainName.ShouldBe("lab.example");
        subnet.LeaseTime.ShouldBe(TimeSpan.FromHours(1));
        subnet.UnknownLeaseTime.ShouldBe(TimeSpan.FromMinutes(5));
        var reservation = subnet.Reservations.ShouldHaveSingleItem();
        reservation.Mac.ShouldBe(new HardwareAddress(HardwareAddress.Ethernet, [0x52, 0x54, 0x00, 0x12, 0x34, 0x56]));
        reservation.Address.ShouldBe(IPAddress.Parse("192.0.2.10"));
        reservation.HostName.ShouldBe("node1");
    }

    [Fact]
    public void ExampleSubnet_ShowsEveryKeyOfASubnetAndOfAReservation()
    {
        var example = (YamlMappingNode)Root(Uncommented())["Dhcp"]["Subnets"][0];

        KeysOf(example, "").Order().ShouldBe(KeysOf(typeof(SubnetSettings), "").Order());
        KeysOf((YamlMappingNode)example["Reservations"][0], "").Order().ShouldBe(KeysOf(typeof(ReservationSettings), "").Order());
    }

    private static string Uncommented() => SettingsTexts.Shipped().Replace("\n  #  ", "\n    ");

    private static YamlMappingNode Root(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static IEnumerable<string> KeysOf(YamlMappingNode map, string path)
    {
        foreach (var (name, value) in map.Children)
        {
            var key = $"{path}:{name}";
            if (value is YamlMappingNode { Children.Count: > 0 } section)
            {
                foreach (var inner in KeysOf(section, key)) yield return inner;
            }
            else
            {
                yield return key;
            }
        }
    }

    private static IEnumerable<string> KeysOf(Type type, string path) =>
        Properties(type).SelectMany(p => IsSection(p.PropertyType) ? KeysOf(p.PropertyType, $"{path}:{p.Name}") : [$"{path}:{p.Name}"]);

    private static Dictionary<string, string> Values(object settings, string path) =>
        Properties(settings.GetType()).SelectMany(p =>
        {
            var value = p.GetValue(settings);
            return IsSection(p.PropertyType)
                ? Values(value!, $"{path}:{p.Name}")
                : new Dictionary<string, string> { [$"{path}:{p.Name}"] = Text(value) };
        }).ToDictionary();

    private static string Text(object? value) => value switch
    {
        null => "not set",
        Secret secret => $"secret '{secret.Reveal()}'",
        IEnumerable items and not string => $"[{string.Join(", ", items.Cast<object>())}]",
        _ => $"'{value}'",
    };

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    private static bool IsSection(Type type) => type.Name.EndsWith("Settings", StringComparison.Ordinal);
}
