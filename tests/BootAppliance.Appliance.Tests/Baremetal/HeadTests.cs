using System.Globalization;

namespace BootAppliance.Tests.Baremetal;

/// <summary>What load balancers and monitors ask.</summary>
public sealed class HeadTests
{
    [Theory]
    [InlineData("/", 200)]
    [InlineData("/v1", 200)]
    [InlineData("/v1/", 200)]
    [InlineData("/v1/nodes", 200)]
    [InlineData("/nodes", 200)]
    [InlineData("/v1/nodes/{0}", 200)]
    [InlineData("/v1/nodes/nobody", 404)]
    [InlineData("/v1/nothing", 404)]
    public async Task Head_IsGetWithoutItsBody(string path, int status)
    {
        await using var rig = await BaremetalRig.StartAsync();
        path = string.Format(CultureInfo.InvariantCulture, path, await rig.AddAsync("demo"));
        var get = await RawHttp.AskAsync(rig.Server.Root, $"GET {path}");
        get.ShouldStartWith($"HTTP/1.1 {status} ");
        (await RawHttp.AskAsync(rig.Server.Root, $"HEAD {path}")).ShouldBe(get[..(get.IndexOf("||", StringComparison.Ordinal) + 2)]);
    }

    [Fact]
    public async Task Head_OfALongList_IsEmptyToo()
    {
        await using var rig = await BaremetalRig.StartAsync();
        for (var i = 0; i < 40; i++) await rig.AddAsync($"node{i}", $$"""
            "extra": {"note": "{{new string('x', 2000)}}"}
            """);
        var head = await RawHttp.AskAsync(rig.Server.Root, "HEAD /v1/nodes/detail");
        head.ShouldStartWith("HTTP/1.1 200 OK|");
        head.ShouldEndWith("||");
    }
}
