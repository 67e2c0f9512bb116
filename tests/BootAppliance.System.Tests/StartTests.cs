using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Tests;

/// <summary>The days on which the appliance cannot start: it says what is wrong and what to do, and breaks nothing.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("udp", 67, "UDP port 67 (DHCP)")]
    [InlineData("udp", 69, "UDP port 69 (Tftp:Port)")]
    [InlineData("tcp", 80, "TCP port 80 (Http:Port)")]
    [InlineData("tcp", 6385, "TCP port 6385 (Api:Endpoint)")]
    public async Task TakenPort_IsNamed_WithTheProcessThatHasIt(string protocol, int port, string named)
    {
        await using var lab = await SystemTest.LabAsync();
        using var holder = await lab.Home.RunInside(() =>
        {
            var socket = protocol == "udp" ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            if (protocol == "tcp") socket.Listen();
            return socket;
        });
        var refusal = await lab.RefusalAsync();
        refusal.ShouldContain(named);
        refusal.ShouldContain($"(process {Environment.ProcessId})");
    }

    [Fact]
    public async Task MissingInterface_IsNamed_WithThoseThatThereAre()
    {
        await using var lab = await SystemTest.LabAsync();
        (await lab.RefusalAsync("--Network:Interface=eth7")).ShouldContain("there is no interface 'eth7'. This machine has: lo, br0");
    }

    [Fact]
    public async Task InterfaceThatIsDown_IsNamed_WithTheCommandThatBringsItUp()
    {
        await using var lab = await SystemTest.LabAsync();
        await lab.Home.Run("ip", "link", "set", "br0", "down");
        (await lab.RefusalAsync()).ShouldContain("ip link set br0 up");
    }

    [Fact]
    public async Task InterfaceWithoutAddress_IsNamed_WithTheCommandThatGivesItOne()
    {
        await using var lab = await SystemTest.LabAsync();
        await using var client = await lab.ConnectAsync(); // a bridge without a port has no carrier
        await lab.Home.Run("ip", "address", "flush", "dev", "br0");
        (await lab.RefusalAsync()).ShouldContain("'br0' has no IPv4 address");
    }

    [Fact]
    public async Task ForeignDhcpServer_IsNamed_AndRefused_UnlessTheOperatorInsists()
    {
        SystemTest.SkipWithout("dnsmasq", "dnsmasq-base");
        await using var lab = await SystemTest.LabAsync();
        await using var other = await lab.ConnectAsync("192.0.2.2/24");
        await using var dnsmasq = other.Start(
            ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--bind-interfaces", "--dhcp-range=192.0.2.210,192.0.2.220",
             $"--dhcp-leasefile={Path.Combine(other.Folder, "leases")}", "--log-dhcp"],
            "dnsmasq");
        await dnsmasq.Output.WaitForLine(line => line.Contains("DHCP, IP range"), TimeSpan.FromSeconds(30), SystemTest.Cancellation);

        var refusal = await lab.RefusalAsync("--Dhcp:ForeignServers=Refuse");
        refusal.ShouldContain("another DHCP server answers on 'br0': 192.0.2.2");
        refusal.ShouldContain("Dhcp:ForeignServers");

        await using var insisting = lab.Home.Start([Checkout.Appliance, "run", "--config", lab.Settings.File, "--Dhcp:ForeignServers=Warn"], "the appliance");
        await insisting.Output.WaitForLine(line => line.Contains("another DHCP server answers: 192.0.2.2"), TimeSpan.FromSeconds(30), SystemTest.Cancellation);
        await insisting.Output.WaitForLine(line => line.Contains("ready: "), TimeSpan.FromSeconds(30), SystemTest.Cancellation);
    }

    [Fact]
    public async Task WithoutRights_ItSaysWhichItNeeds()
    {
        await using var lab = await SystemTest.LabAsync();
        var refusal = await StartAsNobodyAsync(lab, "--Network:Interface=br0", "--Network:Address=192.0.2.1");
        refusal.ShouldContain("cap_net_raw");
        (await StartAsNobodyAsync(lab, "--Dhcp:Mode=Off")).ShouldContain("TCP port 80 (Http:Port) may not be opened by this user");
    }

    [Fact]
    public async Task DamagedDatabase_IsRefused_AndKept()
    {
        await using var lab = await SystemTest.LabAsync();
        var damaged = Enumerable.Range(0, 20_000).Select(i => (byte)i).ToArray();
        await File.WriteAllBytesAsync(lab.Settings.Store, damaged, SystemTest.Cancellation);
        (await lab.RefusalAsync()).ShouldContain(lab.Settings.Store);
        (await File.ReadAllBytesAsync(lab.Settings.Store, SystemTest.Cancellation)).ShouldBe(damaged);
    }

    [Fact]
    public async Task SecondAppliance_IsRefused_OnTheSameDatabase_AndOnTheSameSocket()
    {
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        string[] otherPorts = ["--Dhcp:Mode=Off", "--Http:Port=8080", "--Tftp:Port=6969", "--Api:Endpoint=http://127.0.0.1:16385"];
        (await lab.RefusalAsync([.. otherPorts, $"--Api:Socket={lab.Settings.Socket}.2"])).ShouldContain(lab.Settings.Store);
        (await lab.RefusalAsync([.. otherPorts, $"--Store:Path={lab.Settings.Store}.2"])).ShouldContain("another appliance is running");
        (await lab.QueryAsync("node", "list")).GetProperty("nodes").GetArrayLength().ShouldBe(0);
    }

    private static async Task<string> StartAsNobodyAsync(BootLab lab, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("bootappliance-nobody-").FullName;
        try
        {
            await ChildProcess.Run(["chown", "65534:65534", folder]);
            await using var process = lab.Home.Start(
                ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", Checkout.Appliance, "run", "--config", "/dev/null", .. arguments,
                 $"--Store:Path={folder}/bootappliance.db", $"--Api:Socket={folder}/api.sock"],
                "the appliance of nobody");
            (await process.WaitForExit(SystemTest.Cancellation).WaitAsync(TimeSpan.FromMinutes(1), SystemTest.Cancellation)).ShouldBe(1, process.Output.Tail());
            return string.Join('\n', process.Output.Lines);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
