using System.Text.Json;
using System.Text.RegularExpressions;
using BootAppliance.Baremetal.Tests.Cli;
using BootAppliance.Lab;

namespace BootAppliance.Baremetal.Tests.Clients;

/// <summary>OpenStack's own command, <c>openstack</c>, whose part for bare metal python3-ironicclient brings.</summary>
public partial class OpenStackTests
{
    [Fact]
    public async Task Node_IsTakenThroughItsLife_WithTheOpenstackCommandAlone()
    {
        var obstacle = MissingPackage.Find("openstack", "python3-openstackclient") ?? MissingPackage.Find("baremetal", "python3-ironicclient");
        Assert.SkipUnless(obstacle is null, $"the openstack command {obstacle}");
        await using var appliance = await RunningAppliance.StartAsync(TestContext.Current.CancellationToken);
        using var terminal = new Terminal(appliance.Root);

        var node = await JsonAsync(terminal, "node create --driver manual-management --name metal --resource-class large --property cpus=4");
        var uuid = node.GetProperty("uuid").GetString();
        Text(node, "name", "driver", "provision_state", "resource_class").ShouldBe(["metal", "manual-management", "enroll", "large"]);
        var port = await JsonAsync(terminal, $"port create 52:54:00:AA:00:01 --node {uuid}");
        Text(port, "address", "node_uuid").ShouldBe(["52:54:00:aa:00:01", uuid]);

        (await SayAsync(terminal, "node manage metal --wait 30")).ShouldBe(["Waiting for provision state manageable on node metal"]);
        (await SayAsync(terminal, "node provide metal --wait 30")).ShouldBe(["Waiting for provision state available on node metal"]);
        await SayAsync(terminal, "node set metal --instance-info kernel=vmlinuz --instance-info ramdisk=initrd.img");
        (await SayAsync(terminal, "node deploy metal --wait 30")).ShouldBe(["Waiting for provision state active on node metal"]);

        (await SayAsync(terminal, "node list --provision-state active")).ShouldBe(
        [
            "| UUID | Name | Instance UUID | Power State | Provisioning State | Maintenance |",
            $"| {uuid} | metal | None | power on | active | False |",
        ]);
        node = await JsonAsync(terminal, "node show metal");
        Text(node, "provision_state", "target_provision_state", "last_error").ShouldBe(["active", null, null]);
        Text(node.GetProperty("instance_info"), "kernel", "ramdisk").ShouldBe(["vmlinuz", "initrd.img"]);
        (await SayAsync(terminal, "port list --node metal -f value -c Address")).ShouldBe(["52:54:00:aa:00:01"]);

        (await SayAsync(terminal, "node undeploy metal --wait 30")).ShouldBe(["Waiting for provision state available on node metal"]);
        (await SayAsync(terminal, "node delete metal")).ShouldBe(["Deleted node metal"]);
        (await SayAsync(terminal, "node show metal", status: 1)).ShouldBe(["Node metal could not be found. (HTTP 404)"]);
        (await JsonAsync(terminal, "node list")).GetArrayLength().ShouldBe(0);
    }

    private static string?[] Text(JsonElement shown, params string[] fields) => [.. fields.Select(field => shown.GetProperty(field).GetString())];

    private static async Task<JsonElement> JsonAsync(Terminal terminal, string command) => JsonElement.Parse(string.Join('\n', await SayAsync(terminal, command + " -f json")));

    /// <summary>The lines that a command prints, without the rules of its tables.</summary>
    private static async Task<string[]> SayAsync(Terminal terminal, string command, int status = 0)
    {
        var (ended, output) = await terminal.RunAsync("openstack baremetal " + command, TestContext.Current.CancellationToken);
        ended.ShouldBe(status, $"openstack baremetal {command}: {string.Join('\n', output)}");
        return [.. output.Where(line => line.Length > 0 && !line.StartsWith('+')).Select(line => Blanks().Replace(line, " ").Trim())];
    }

    [GeneratedRegex(" {2,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
