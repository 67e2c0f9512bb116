using System.Net;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

public sealed class HeartbeatTests
{
    [Fact]
    public async Task Heartbeat_IsKept_AndChangesNothingElse()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        var token = await rig.TokenAsync();
        (await rig.HeartbeatAsync(node, token)).ShouldBe((HttpStatusCode.Accepted, ""));
        var info = rig.Now(node).DriverInternalInfo;
        info.Text("agent_url").ShouldBe(AgentRig.Callback);
        info.Text("agent_version").ShouldBe("10.2.0");
        info.Text("agent_last_heartbeat")!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$");
        rig.Now(node).ProvisionState.ShouldBe(ProvisionState.CleanWait);
        rig.Events(MachineEventKind.AgentHeartbeat).ShouldHaveSingleItem().Text.ShouldBe("heartbeat of the agent at http://192.0.2.100:9999, version 10.2.0");
    }

    [Fact]
    public async Task Token_OfAnotherNode_OrOfBefore_IsRefused()
    {
        await using var rig = await AgentRig.StartAsync();
        var (node, other) = (await rig.CleaningAsync(), await rig.CleaningAsync("52:54:00:12:34:02"));
        var token = await rig.TokenAsync();
        await RefusedAsync(other, token);
        await RefusedAsync(node, "******");
        await RefusedAsync(node, "");

        // The machine starts anew: its script is fetched, the agent of before is history.
        (await rig.Server.Client.GetStringAsync(new Uri($"/v1/boot/{AgentRig.Mac}/boot.ipxe", UriKind.Relative))).ShouldContain("ipa-api-url=http://192.0.2.1 ");
        rig.Now(node).Secret().ShouldBeNull();
        await RefusedAsync(node, token);
        var next = await rig.TokenAsync();
        next.ShouldNotBe(token);
        await RefusedAsync(node, token);
        (await rig.HeartbeatAsync(node, next)).Status.ShouldBe(HttpStatusCode.Accepted);

        async Task RefusedAsync(Node asked, string wrong)
        {
            var before = rig.Now(asked);
            var (status, body) = await rig.HeartbeatAsync(asked, wrong);
            (status, AgentRig.Words(body)).ShouldBe((HttpStatusCode.BadRequest, "Invalid or missing agent token received."));
            rig.Now(asked).ShouldBe(before);
        }
    }

    [Theory]
    [InlineData("/v1/boot/52:54:00:12:34:56/grub.cfg", true)]
    [InlineData("/boot/52:54:00:12:34:56/grub.cfg", true)]
    [InlineData("/boot/fallback.ipxe?macs=52:54:00:12:34:56", true)]
    [InlineData("/firmware/grub/grub.cfg-01-52-54-00-12-34-56", false)]
    [InlineData("/firmware/v1/boot/52:54:00:12:34:56/grub.cfg", false)]
    public async Task Token_IsVoid_WhereverTheAgentsScriptIsHandedOut(string path, bool isHandedOut)
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        await rig.TokenAsync();
        (await rig.Server.Client.GetStringAsync(new Uri(path, UriKind.Relative))).Contains("ipa-api-url", StringComparison.Ordinal).ShouldBe(isHandedOut);
        (rig.Now(node).Secret() is null).ShouldBe(isHandedOut);
    }

    [Fact]
    public async Task WrongToken_DoesNotWaitForTheNode()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        await rig.TokenAsync();

        using var working = await rig.Server.Nodes.HoldAsync(node.Uuid, "somebody", TestContext.Current.CancellationToken);
        (await rig.HeartbeatAsync(node, "wrong")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Token_ThatAnotherNodesMachineSends_IsRefused()
    {
        await using var rig = await AgentRig.StartAsync();
        rig.Server.From = IPAddress.Parse("192.0.2.120");
        var node = await rig.CleaningAsync("52:54:00:12:34:02");
        var token = await rig.TokenAsync("52:54:00:12:34:02");
        await rig.CleaningAsync();
        rig.Server.From = BootServer.MachineAddress;
        AgentRig.Words((await rig.HeartbeatAsync(node, token)).Body).ShouldBe("Invalid or missing agent token received.");
        rig.Events(MachineEventKind.AgentRefused).Last().Text.ShouldContain("the machine of node n525400123456 sent it");
    }

    [Fact]
    public async Task Callback_MustStayTheSame()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        var token = await rig.TokenAsync();
        await rig.HeartbeatAsync(node, token);
        var (status, body) = await rig.HeartbeatAsync(node, token, "http://192.0.2.101:9999");
        (status, AgentRig.Words(body)).ShouldBe((HttpStatusCode.BadRequest, "Detected change in ramdisk provided \"callback_url\""));
        rig.Now(node).DriverInternalInfo.Text("agent_url").ShouldBe(AgentRig.Callback);
    }

    [Theory]
    [InlineData("https://192.0.2.100:9999", true)]
    [InlineData("http://192.0.2.100:9999/", true)]
    [InlineData("http://192.0.2.77:9999", true)]                // another card of the machine
    [InlineData("http://127.0.0.1:6385", false)]                // the appliance's own API
    [InlineData("http://127.1:6385", false)]
    [InlineData("http://2130706433:6385", false)]
    [InlineData("http://[::1]:6385", false)]
    [InlineData("http://[::ffff:127.0.0.1]:6385", false)]
    [InlineData("http://192.0.2.1:80", false)]                  // the appliance itself
    [InlineData("http://198.18.0.1", false)]                    // not a provisioning subnet
    [InlineData("http://169.254.169.254", false)]
    [InlineData("http://localhost:9999", false)]
    [InlineData("http://agent.example:9999", false)]
    [InlineData("http://192.0.2.100:9999/v1/nodes?x=y", false)]
    [InlineData("http://user:secret@192.0.2.100:9999", false)]
    [InlineData("ftp://192.0.2.100", false)]
    [InlineData("file:///etc/shadow", false)]
    [InlineData("gopher", false)]
    public async Task Callback_LeadsToTheMachinesOnly(string url, bool accepted)
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        var token = await rig.TokenAsync();
        (await rig.HeartbeatAsync(node, token, url)).Status.ShouldBe(accepted ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest);
        rig.Now(node).DriverInternalInfo.Text("agent_url").ShouldBe(accepted ? url : null);
    }

    [Theory]
    [InlineData("1.35", "agent_version", "10.2.0", "Field \"agent_version\" not recognised")]
    [InlineData("1.61", "agent_token", "x", "Field \"agent_token\" not recognised")]
    [InlineData("1.67", "agent_verify_ca", "x", "Field \"agent_verify_ca\" not recognised in this version")]
    [InlineData("1.71", "agent_status", "end", "Fields \"agent_status\" and \"agent_status_message\" not recognised.")]
    [InlineData("1.72", "agent_verify_ca", "x", "agent_verify_ca is not a certificate in the form of PEM.")]
    [InlineData("1.72", "agent_status", "a\nb", "agent_status is longer than 1000 characters, or not one line.")]
    public async Task Field_IsRefused_WhereItIsTooNewOrUnfit(string version, string field, string value, string words)
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        var body = new Dictionary<string, string> { ["callback_url"] = AgentRig.Callback, [field] = value };
        var (status, answer) = await rig.AskAsync(HttpMethod.Post, $"/v1/heartbeat/{node.Uuid}", version, body);
        (status, AgentRig.Words(answer)).ShouldBe((HttpStatusCode.BadRequest, words));
    }

    [Fact]
    public async Task Heartbeat_AfterTheEndOfTheJob_IsAcceptedAndForgotten()
    {
        await using var rig = await AgentRig.StartAsync();
        var node = await rig.CleaningAsync();
        var token = await rig.TokenAsync();
        await rig.Server.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Fail);
        (await rig.HeartbeatAsync(node, token)).Status.ShouldBe(HttpStatusCode.Accepted);
        rig.Now(node).DriverInternalInfo.Text("agent_url").ShouldBeNull();
    }
}
