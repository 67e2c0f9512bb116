using System.Text.Json;
using BootAppliance.Commands;
using BootAppliance.Hosting;
using BootAppliance.Tests.Access;

namespace BootAppliance.Tests.Commands;

public sealed class ProcessCommandTests : IDisposable
{
    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Run_Serves_WithTheSettings_AndIsWhatNoCommandMeans()
    {
        await rig.OutputOfAsync("run", "--Http:Port=8080");
        await rig.OutputOfAsync("--Http:Port=8081");

        rig.Host.Calls.ShouldBe(["serve on port 8080", "serve on port 8081"]);
    }

    [Fact]
    public async Task Run_ThatCannotStart_SaysWhy()
    {
        rig.Host.Refusal = new StartupException("TCP port 80 (Http:Port) is taken by nginx (process 812). Stop it, or set another port.");

        (await rig.RunAsync("run")).ShouldBe((CommandLine.Failure, "", "bootappliance: TCP port 80 (Http:Port) is taken by nginx (process 812). Stop it, or set another port."));
    }

    [Fact]
    public async Task Doctor_PrintsALineForEachFinding_AndFailsWhenOneIsBad()
    {
        rig.Host.Findings.AddRange([new("interface", Health.Good, "eth1 is [up]"), new("images", Health.Doubtful, "/srv does not exist")]);
        (await rig.OutputOfAsync("doctor")).ShouldBe("good      interface: eth1 is [up]\ndoubtful  images: /srv does not exist");

        rig.Host.Findings.Add(new("HTTP port 80/tcp", Health.Bad, "taken by nginx (process 812)"));
        var (status, output, error) = await rig.RunAsync("doctor", "--json");

        (status, error).ShouldBe((CommandLine.Failure, ""));
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("findings")[2].GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal)
            .ShouldBe("""{"check":"HTTPport80/tcp","health":"bad","text":"takenbynginx(process812)"}""");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("doctor")]
    [InlineData("node", "list")]
    [InlineData]
    public async Task Settings_WithProblems_EndEveryCommand(params string[] command)
    {
        var (status, output, error) = await rig.RunAsync([.. command, "--Tftp:Port=x", "--Dhcp:Mod=Off"]);

        (status, output).ShouldBe((CommandLine.Failure, ""));
        error.ShouldBe("command line: Dhcp:Mod: unknown key; did you mean Mode?\ncommand line: Tftp:Port: 'x' is not a port number from 0 to 65535 such as 69");
        rig.Host.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Check_PrintsEveryProblem_WithItsPlace()
    {
        await File.WriteAllTextAsync(rig.Config, "Tftp:\n  Port: x\nHtpp: {}\n");

        (await rig.RunAsync("check")).ShouldBe((
            CommandLine.Failure,
            $"{rig.Config}:2:9: Tftp:Port: 'x' is not a port number from 0 to 65535 such as 69\n{rig.Config}:3:1: Htpp: unknown key; did you mean Http?",
            "the settings have 2 problems"));
        (await rig.RunAsync("check", "--json")).Output.ShouldContain("\"line\": 2,\n      \"column\": 9,\n      \"key\": \"Tftp:Port\",");
    }

    [Fact]
    public async Task Check_PrintsWarnings_AndSucceeds()
    {
        using var folder = new AccessFolder();
        folder.Write(folder.Htpasswd, AccessFolder.Admin + "\nbob:plain\n");
        string[] settings = ["--Api:AuthStrategy=http_basic", $"--Api:HtpasswdFile={folder.Htpasswd}"];
        const string Warning = "line 2 (user bob): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10";

        (await rig.OutputOfAsync(["check", .. settings])).ShouldBe($"command line: warning: Api:HtpasswdFile: {folder.Htpasswd}, {Warning}\n{rig.Config}: no problem found");
        (await rig.OutputOfAsync(["check", "--json", .. settings])).ShouldContain("\"warning\": true");

        var (status, _, error) = await rig.RunAsync(["check", .. settings, "--Http:Port=0"]);
        (status, error).ShouldBe((CommandLine.Failure, "the settings have 1 problem"));
    }

    [Fact]
    public async Task Check_NamesTheFile_ThatHasNoProblem() => (await rig.OutputOfAsync("check")).ShouldBe($"{rig.Config}: no problem found");
}
