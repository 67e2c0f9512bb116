using BootAppliance.Commands;
using BootAppliance.Commands.Output;

namespace BootAppliance.Tests.Commands;

public sealed class DhcpCommandTests : IDisposable
{
    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Export_IsPrintedAsItIs_AndWarningsApartFromIt()
    {
        await using var appliance = await rig.ServeAsync("""{"format":"dnsmasq","text":"# [x]\ndhcp-match=set:a,175\n","warnings":["it is [on]"]}""");

        (await rig.RunAsync("dhcp", "export", "--format", "dnsmasq", "--subnets")).ShouldBe((CommandLine.Success, "# [x]\ndhcp-match=set:a,175", "warning: it is [on]"));
        appliance.Requests.ShouldBe(["GET /api/dhcp/export?format=dnsmasq&subnets=true"]);
    }

    [Fact]
    public async Task Export_GoesIntoAFile()
    {
        await using var appliance = await rig.ServeAsync("""{"format":"kea","text":"{ }\n","warnings":[]}""");
        var file = Path.Combine(Path.GetDirectoryName(rig.Config)!, "kea.json");

        (await rig.OutputOfAsync("dhcp", "export", "--format", "kea", "--output", file)).ShouldBe("");
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBe("{ }\n");

        var (status, output, error) = await rig.RunAsync("dhcp", "export", "--format", "kea", "--output", Path.Combine(file, "below"));
        (status, output).ShouldBe((CommandLine.Failure, ""));
        error.ShouldStartWith($"{file}/below cannot be written: ");
    }

    [Fact]
    public async Task Formats_AreOfferedToTheShell()
    {
        const string typed = "dhcp export --format ";
        using var output = new StringWriter();
        await CommandLine.RunAsync([$"[suggest:{typed.Length}]", typed], rig.Host, new Terminal(output, TextWriter.Null, isTerminal: false, CommandRig.Clock), TestContext.Current.CancellationToken);
        output.ToString().ShouldBe("dnsmasq\nisc\nkea\nneutron\n");
    }
}
