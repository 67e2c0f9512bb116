using System.Net;
using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class RedirectionTests
{
    /// <summary>The management plane asks for no password there, and clouds give credentials to whoever asks.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:6385/api/nodes", "this machine")]
    [InlineData("http://127.8.8.8/", "this machine")]
    [InlineData("http://2130706433/", "this machine")]
    [InlineData("http://0x7f.1/", "this machine")]
    [InlineData("http://localhost:6385/", "this machine")]
    [InlineData("http://0.0.0.0:6385/", "this machine")]
    [InlineData("http://[::1]:6385/", "this machine")]
    [InlineData("http://[::]:6385/", "this machine")]
    [InlineData("http://[::ffff:127.0.0.1]:6385/", "this machine")]
    [InlineData("http://169.254.169.254/latest/meta-data", "neighbours on the same link")]
    [InlineData("http://[fe80::a9fe:a9fe]/", "neighbours on the same link")]
    public async Task ServerElsewhere_DoesNotLeadToWhatOnlyThisMachineReaches(string to, string whom)
    {
        var target = new Uri(to);
        (await FindAsync("http://198.18.0.1/k", to)).ShouldBe($"198.18.0.1 redirects to {target.Host}, which is for {whom} only");
    }

    [Theory]
    [InlineData("http://198.18.0.1/k", "http://198.18.0.2:8080/k")]
    [InlineData("http://198.18.0.1/k", "https://198.18.0.1/k")]
    [InlineData("http://198.18.0.1/k", "http://10.0.0.1/k")]
    [InlineData("http://127.0.0.1:1/k", "http://127.0.0.2:2/k")]
    [InlineData("http://127.0.0.1:1/k", "http://198.18.0.1/k")]
    [InlineData("http://localhost:1/k", "http://127.0.0.1:2/k")]
    [InlineData("http://169.254.1.1/k", "http://169.254.1.2/k")]
    public async Task OtherServers_AreFollowed(string from, string to) => (await FindAsync(from, to)).ShouldBeNull();

    /// <summary>Its owner says today that it is this machine, and perhaps said otherwise a moment ago.</summary>
    [Theory]
    [InlineData("http://boot.example/k", "http://127.0.0.1:6385/api/nodes")]
    [InlineData("http://boot.example/k", "http://localhost:6385/api/nodes")]
    [InlineData("http://boot.example/k", "http://boot.example:6385/api/nodes")]
    public async Task NameThatResolvesToThisMachine_DoesNotLeadToIt(string from, string to)
    {
        (await FindAsync(from, to, IPAddress.Parse("198.18.0.1"), IPAddress.Loopback)).ShouldBe($"boot.example redirects to {new Uri(to).Host}, which is for this machine only");
    }

    [Theory]
    [InlineData("https://198.18.0.1/k", "http://198.18.0.1/k", "198.18.0.1 redirects from https to http, to 198.18.0.1")]
    [InlineData("http://198.18.0.1/k", "file:///etc/shadow", "198.18.0.1 redirects to a URL that is neither http nor https")]
    public async Task SchemesThatDoNotFit_AreRefused(string from, string to, string problem) => (await FindAsync(from, to)).ShouldBe(problem);

    [Fact]
    public async Task NameThatResolvesToThisMachineAMomentLater_IsNotConnectedTo()
    {
        await using var server = new ImageServer(request => request.Path == "/k"
            ? new ImageServer.Answer { Status = "302 Found", Headers = new() { ["Location"] = $"http://turning.example:{request.Header("Host")!.Split(':')[1]}/api/nodes" } }
            : new ImageServer.Answer { Body = [1] });
        var port = new Uri(server.Root).Port;
        List<string> asked = [];
        using var source = new HttpSource(TimeProvider.System, TimeSpan.FromSeconds(10), (name, _) =>
        {
            asked.Add(name);
            return Task.FromResult<IPAddress[]>([name == "turning.example" && asked.Count(one => one == name) == 1 ? IPAddress.Parse("198.18.0.1") : IPAddress.Loopback]);
        });
        var fetch = await source.OpenAsync(CacheRig.Parse($"http://boot.example:{port}/k"), 0, null, TestContext.Current.CancellationToken);
        fetch.ShouldBe(new ImageFetch.Failed("boot.example redirects to turning.example, which is for this machine only", IsPassing: false));
        asked.ShouldBe(["boot.example", "turning.example", "turning.example"]);
        server.Requests.ShouldHaveSingleItem();
    }

    private static Task<string?> FindAsync(string from, string to, params IPAddress[] addresses) =>
        new Redirection((name, cancellation) => addresses.Length > 0 ? Task.FromResult(addresses) : Dns.GetHostAddressesAsync(name, cancellation)).FollowAsync(new Uri(from), new Uri(to), TestContext.Current.CancellationToken);
}
