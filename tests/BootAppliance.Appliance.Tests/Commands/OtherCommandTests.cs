using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BootAppliance.Commands;
using BootAppliance.Firmware;

namespace BootAppliance.Tests.Commands;

public sealed class OtherCommandTests : IDisposable
{
    private readonly CommandBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("node", "list")]
    [InlineData("event", "watch")]
    [InlineData("lease", "release", "192.0.2.1")]
    public async Task Appliance_ThatIsNotThere_IsSaidToBeSo(params string[] command)
    {
        var notRunning = $"the appliance is not running (no answer on {bench.Socket}): start it with 'bootappliance run' or 'systemctl start bootappliance'; "
            + "is --config the same file?";
        (await bench.RunAsync(command)).ShouldBe((CommandLine.Failure, "", notRunning));

        // What a killed appliance leaves behind: a socket that nobody listens on.
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)) left.Bind(new UnixDomainSocketEndPoint(bench.Socket));
        (await bench.RunAsync(command)).ShouldBe((CommandLine.Failure, "", notRunning));
    }

    [Fact]
    public async Task Preview_ShowsTheStages()
    {
        await using var appliance = await bench.ServeAsync("""
            {"mac":"52:54:00:12:34:56","node":"demo","state":"active","stages":[
              {"stage":"dhcp","offer":"ipxe.efi","why":"the firmware is UEFI x64","content":null},
              {"stage":"script","offer":"http://192.0.2.1/v1/boot/52-54-00-12-34-56/boot.ipxe","why":"it is [active]","content":"#!ipxe\nboot\n"}]}
            """);

        var output = await bench.OutputOfAsync("boot", "preview", "--mac", "52:54:00:12:34:56", "--arch", "X64Uefi", "--firmware", "uefi", "--ipxe");

        output.ShouldBe("""
            demo (active), 52:54:00:12:34:56

            1. dhcp: ipxe.efi
               because the firmware is UEFI x64

            2. script: http://192.0.2.1/v1/boot/52-54-00-12-34-56/boot.ipxe
               because it is [active]
               | #!ipxe
               | boot
            """);
        appliance.Requests.ShouldBe(["GET /api/boot/preview?mac=52%3A54%3A00%3A12%3A34%3A56&arch=X64Uefi&firmware=uefi&ipxe=true"]);
    }

    [Fact]
    public async Task Preview_OfANode_AsksForTheNode()
    {
        await using var appliance = await bench.ServeAsync("""{"mac":"52:54:00:12:34:56","node":null,"state":null,"stages":[]}""");

        (await bench.OutputOfAsync("boot", "preview", "--node", "a&b")).ShouldBe("52:54:00:12:34:56, no node");

        appliance.Requests.ShouldBe(["GET /api/boot/preview?node=a%26b"]);
    }

    [Fact]
    public async Task Leases_AreListed_AndReleased()
    {
        await using (var appliance = await bench.ServeAsync("""
            {"leases":[{"address":"192.0.2.100","mac":"52:54:00:12:34:56","node":"demo","host_name":"h","state":"bound","expires":"2030-01-01T13:00:00Z"},
                       {"address":"192.0.2.101","mac":"52:54:00:12:34:57","node":null,"host_name":null,"state":"quarantined","expires":"2030-01-02T00:00:00Z"}]}
            """))
        {
            (await bench.OutputOfAsync("lease", "list")).ShouldBe("""
                ADDRESS      MAC ADDRESS        NODE  HOST NAME  STATE        UNTIL
                192.0.2.100  52:54:00:12:34:56  demo  h          bound        13:00:00.0
                192.0.2.101  52:54:00:12:34:57                   quarantined  2030-01-02 00:00:00.0
                """);
            appliance.Requests.ShouldBe(["GET /api/leases"]);
        }

        await using (var appliance = await bench.ServeAsync("", HttpStatusCode.NoContent))
        {
            (await bench.OutputOfAsync("lease", "release", "192.0.2.100")).ShouldBe("192.0.2.100 is free");
            appliance.Requests.ShouldBe(["DELETE /api/leases/192.0.2.100"]);
        }
    }

    [Fact]
    public async Task Firmware_IsListedAndVerified_WithoutARunningAppliance()
    {
        byte[] content = [1, 2, 3];
        var sum = Convert.ToHexStringLower(SHA256.HashData(content));
        bench.Host.Files.Add(new FirmwareFile("ipxe.efi", [7, 9], sum, "ipxe", "1.21.1", content));

        (await bench.OutputOfAsync("firmware", "list")).ShouldBe($"""
            FILE      VERSION  BYTES  ARCHITECTURES  SHA-256
            ipxe.efi  1.21.1   3      7, 9           {sum}  ok
            """);
        await bench.OutputOfAsync("firmware", "verify");

        bench.Host.Files.Add(new FirmwareFile("undionly.kpxe", [0], sum, "ipxe", "1.21.1", new byte[] { 4 }));
        var (status, output, error) = await bench.RunAsync("firmware", "verify", "--json");

        status.ShouldBe(CommandLine.Failure);
        error.ShouldStartWith("undionly.kpxe: damaged: ");
        output.ShouldContain("\"file\": \"undionly.kpxe\"");
        output.ShouldContain("\"ok\": false");
        (await bench.RunAsync("firmware", "list")).Status.ShouldBe(CommandLine.Success);
    }

    [Fact]
    public async Task Run_Serves_WithTheSettings_AndIsWhatNoCommandMeans()
    {
        await bench.OutputOfAsync("run", "--Http:Port=8080");
        await bench.OutputOfAsync("--Http:Port=8081");

        bench.Host.Calls.ShouldBe(["serve on port 8080", "serve on port 8081"]);
    }

    [Fact]
    public async Task Doctor_GivesItsOwnStatus()
    {
        (await bench.RunAsync("doctor", "--json")).Status.ShouldBe(1);

        bench.Host.Calls.ShouldBe(["doctor, json: True"]);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("doctor")]
    [InlineData("node", "list")]
    [InlineData]
    public async Task Settings_WithProblems_EndEveryCommand(params string[] command)
    {
        var (status, output, error) = await bench.RunAsync([.. command, "--Tftp:Port=x", "--Dhcp:Mod=Off"]);

        (status, output).ShouldBe((CommandLine.Failure, ""));
        error.ShouldBe("command line: Dhcp:Mod: unknown key; did you mean Mode?\ncommand line: Tftp:Port: 'x' is not a port number from 0 to 65535 such as 69");
        bench.Host.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Check_PrintsEveryProblem_WithItsPlace()
    {
        await File.WriteAllTextAsync(bench.Config, "Tftp:\n  Port: x\nHtpp: {}\n");

        (await bench.RunAsync("check")).ShouldBe((
            CommandLine.Failure,
            $"{bench.Config}:2:9: Tftp:Port: 'x' is not a port number from 0 to 65535 such as 69\n{bench.Config}:3:1: Htpp: unknown key; did you mean Http?",
            "the settings have 2 problems"));
        (await bench.RunAsync("check", "--json")).Output.ShouldContain("\"line\": 2,\n      \"column\": 9,\n      \"key\": \"Tftp:Port\",");
    }

    [Fact]
    public async Task Check_NamesTheFile_ThatHasNoProblem() => (await bench.OutputOfAsync("check")).ShouldBe($"{bench.Config}: no problem found");

    [Theory]
    [InlineData("Unrecognized command or argument 'frobnicate'.\n'bootappliance --help' says how it is used.", "frobnicate")]
    [InlineData("Required command was not provided.\nUnrecognized command or argument 'lst'.\nDid you mean 'list'?\n'bootappliance node --help' says how it is used.", "node", "lst")]
    [InlineData("Required command was not provided.\n'bootappliance event --help' says how it is used.", "event")]
    [InlineData("Option '--mac' is required.\n'bootappliance node add --help' says how it is used.", "node", "add", "x")]
    [InlineData("There is nothing to change: name at least one option.\n'bootappliance node set --help' says how it is used.", "node", "set", "x", "--json")]
    [InlineData("Name the machine by either --mac or --node.\n'bootappliance boot preview --help' says how it is used.", "boot", "preview")]
    [InlineData("Name the machine by either --mac or --node.\n'bootappliance boot preview --help' says how it is used.", "boot", "preview", "--mac", "a", "--node", "b")]
    [InlineData("--limit is a number from 1, not '0'.\n'bootappliance event list --help' says how it is used.", "event", "list", "--limit", "0")]
    [InlineData("Unrecognized command or argument '--nonsense'.\n'bootappliance check --help' says how it is used.", "check", "--nonsense")]
    public async Task Usage_ThatIsWrong_IsExplained(string error, params string[] arguments) =>
        (await bench.RunAsync(arguments)).ShouldBe((CommandLine.WrongUsage, "", error));

    [Theory]
    [InlineData]
    [InlineData("node", "add")]
    [InlineData("event", "watch")]
    public async Task Help_Succeeds(params string[] command) => (await bench.OutputOfAsync([.. command, "--help"])).ShouldContain("Usage:");
}
