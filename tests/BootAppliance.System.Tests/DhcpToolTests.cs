using System.Globalization;
using System.Text.RegularExpressions;
using BootAppliance.Lab.Appliance;
using BootAppliance.Lab.Network;

namespace BootAppliance.Tests;

/// <summary>systemd-networkd, and the tools that people watch and load DHCP servers with.</summary>
public sealed partial class DhcpToolTests
{
    private const string Networkd = "/lib/systemd/systemd-networkd";
    private const int Exchanges = 100;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Networkd_ConfiguresAddressAndRoute_AndReleasesThemWhenItEnds()
    {
        SystemTest.SkipWithout(Networkd, "systemd");
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var client = await lab.ConnectAsync();
        var settings = Path.Combine(client.Folder, "eth0.network");
        await File.WriteAllTextAsync(settings, "[Match]\nName=eth0\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n", SystemTest.Cancellation);
        // A mount namespace where /sys is read-only (then it does not wait for udev, which runs nowhere here) and /run/systemd is its own.
        var start = "mount -o remount,ro /sys && mount -t tmpfs tmpfs /run/systemd && mkdir -p /run/systemd/network /run/systemd/netif"
            + $" && chown systemd-network /run/systemd/netif && cp {settings} /run/systemd/network/ && exec env SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console {Networkd}";
        await using (var networkd = client.Start(["unshare", "--mount", "--propagation", "private", "sh", "-c", start], "systemd-networkd"))
        {
            await networkd.Output.WaitForLine(
                line => line.Contains("DHCPv4 address 192.0.2.100/24, gateway 192.0.2.1 acquired from 192.0.2.1"), patience, SystemTest.Cancellation);
            await networkd.Output.WaitForLine(line => line.Contains("configuring -> configured"), patience, SystemTest.Cancellation);
            (await client.Run("ip", "route", "show", "default")).ShouldContain("via 192.0.2.1 dev eth0 proto dhcp src 192.0.2.100");
            (await LeaseStatesAsync(lab)).ShouldBe(["bound"]);
        }

        (await LeaseStatesAsync(lab)).ShouldNotContain("bound");
    }

    [Fact]
    public async Task Dhcping_IsAnsweredForALeaseAndForItsQuestions_AndNotForAStranger()
    {
        SystemTest.SkipWithout("dhcping", "dhcping");
        SystemTest.SkipWithout("busybox", "busybox-static");
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var client = await lab.ConnectAsync();
        await client.Run("busybox", "udhcpc", "-f", "-n", "-q", "-i", "eth0", "-s", "/bin/true");
        await client.Run("ip", "address", "add", "192.0.2.100/24", "dev", "eth0");
        var mac = (await client.Run("cat", "/sys/class/net/eth0/address")).Trim();

        (await client.Run("dhcping", "-v", "-h", mac, "-s", LabSettings.Address, "-c", "192.0.2.100")).ShouldContain("Got answer from: 192.0.2.1");
        (await client.Run("dhcping", "-v", "-i", "-h", mac, "-s", LabSettings.Address, "-c", "192.0.2.100")).ShouldContain("Got answer from: 192.0.2.1");
        // RFC 2131 section 4.3.2: a server that has no record of the client must remain silent.
        await using var stranger = client.Start(["dhcping", "-v", "-h", "52:54:00:aa:bb:01", "-s", LabSettings.Address, "-c", "192.0.2.199"], "dhcping");
        (await stranger.WaitForExit(SystemTest.Cancellation)).ShouldBe(1);
        stranger.Output.Lines.ShouldContain("no answer");
    }

    [Fact]
    public async Task Perfdhcp_HasEveryExchangeAnswered()
    {
        SystemTest.SkipWithout("perfdhcp", "kea-admin");
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var client = await lab.ConnectAsync("192.0.2.50/24");
        await AllAnsweredAsync(client);
    }

    [Fact]
    public async Task Perfdhcp_HasEveryExchangeAnswered_ThroughARelay()
    {
        SystemTest.SkipWithout("perfdhcp", "kea-admin");
        SystemTest.SkipWithout(RelayedSegment.FindObstacle());
        await using var lab = await SystemTest.LabAsync();
        await using var segment = await RelayedSegment.Create(lab.Home, lab.Bridge, number: 1);
        await lab.StartAppliance(SystemTest.Cancellation, RelayedSegment.Settings(number: 1));
        await using var client = await NetworkNamespace.Create();
        await segment.Bridge.Connect(client);
        await client.Run("ip", "address", "add", "198.18.1.50/24", "dev", "eth0");
        await client.Run("ip", "route", "add", "default", "via", "198.18.1.1");
        await AllAnsweredAsync(client);
    }

    [Fact]
    public async Task TwoRelays_EachGetAddressesOfTheirOwnSubnet()
    {
        SystemTest.SkipWithout("busybox", "busybox-static");
        SystemTest.SkipWithout(RelayedSegment.FindObstacle());
        await using var lab = await SystemTest.LabAsync();
        await using var first = await RelayedSegment.Create(lab.Home, lab.Bridge, number: 1);
        await using var second = await RelayedSegment.Create(lab.Home, lab.Bridge, number: 2);
        await lab.StartAppliance(SystemTest.Cancellation, [.. RelayedSegment.Settings(number: 1), .. RelayedSegment.Settings(number: 2)]);
        await using var here = await NetworkNamespace.Create();
        await using var there = await NetworkNamespace.Create();
        await first.Bridge.Connect(here);
        await second.Bridge.Connect(there);

        string[] udhcpc = ["sh", "-c", "busybox udhcpc -f -n -q -i eth0 -s /bin/true 2>&1"];
        var answers = await Task.WhenAll(here.Run(udhcpc), there.Run(udhcpc));
        answers[0].ShouldContain("lease of 198.18.1.100 obtained from 192.0.2.1");
        answers[1].ShouldContain("lease of 198.18.2.100 obtained from 192.0.2.1");
    }

    private static async Task AllAnsweredAsync(NetworkNamespace client)
    {
        // It answers no ARP probe and has no machines: as many clients as addresses. It waits ten seconds for an answer and two at its end.
        var report = await client.Run(
            "perfdhcp", "-4", "-l", "eth0", "-r", "50", "-n", $"{Exchanges}", "-R", $"{Exchanges}", "-d", "10", "-W", "2000000");
        Counts(report, "sent packets").ShouldBe([Exchanges, Exchanges], report);
        Counts(report, "received packets").ShouldBe([Exchanges, Exchanges], report);
        Counts(report, "rejected leases").ShouldBe([0, 0], report);
        Counts(report, "non unique addresses").ShouldBe([0, 0], report);
    }

    private static int[] Counts(string report, string name) =>
        [.. Count().Matches(report).Where(line => line.Groups["name"].Value == name).Select(line => int.Parse(line.Groups["count"].Value, CultureInfo.InvariantCulture))];

    private static async Task<string[]> LeaseStatesAsync(Lab.BootLab lab) =>
        [.. (await lab.QueryAsync("lease", "list")).GetProperty("leases").EnumerateArray().Select(lease => lease.GetProperty("state").GetString()!)];

    [GeneratedRegex("^(?<name>[a-z -]+): (?<count>\\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Count();
}
