using BootAppliance.Lab;
using BootAppliance.Lab.Processes;
using BootAppliance.Settings;
using BootAppliance.Tests.Commands;

namespace BootAppliance.Tests.Access;

/// <summary>The programs that an operator has: htpasswd, openssl, curl, and Ironic's own command line.</summary>
public sealed class ClientTests : IDisposable
{
    private readonly AccessFolder folder = new();
    private readonly CommandRig rig = new();
    private readonly ManualTime time = new();

    public void Dispose()
    {
        rig.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Curl_LogsIn_WithAUserOfHtpasswd()
    {
        SkipWithout("curl", "curl");
        SkipWithout("htpasswd", "apache2-utils");
        await RunAsync("htpasswd", "-c", "-b", "-B", "-C", "4", folder.Htpasswd, "operator", "pä:ss wörd");
        await using var server = await ManagementServer.StartAsync(rig.Socket, time, Settings("http"));
        var url = new Uri(server.Root, "/api/nodes").ToString();

        (await StatusOfAsync("--basic", "--user", "operator:pä:ss wörd", url)).ShouldBe("200");
        (await StatusOfAsync("--basic", "--user", "operator:pass word", url)).ShouldBe("401");
        (await StatusOfAsync("--basic", "--user", "bob:b0b", url)).ShouldBe("401");
        (await StatusOfAsync("--anyauth", "--user", "operator:pä:ss wörd", url)).ShouldBe("200"); // asks first, then does as the refusal says

        await RunAsync("htpasswd", "-b", "-B", "-C", "4", folder.Htpasswd, "bob", "b0b");
        await RunAsync("htpasswd", "-D", folder.Htpasswd, "operator");
        time.Advance(TimeSpan.FromSeconds(1));
        (await StatusOfAsync("--basic", "--user", "bob:b0b", url)).ShouldBe("200");
        (await StatusOfAsync("--basic", "--user", "operator:pä:ss wörd", url)).ShouldBe("401");
    }

    [Theory]
    [InlineData("--http1.1", "1.1")]
    [InlineData("--http2", "2")]
    public async Task Curl_TrustsTheChain_OfAnAuthorityThatItKnows(string protocol, string version)
    {
        SkipWithout("curl", "curl");
        SkipWithout("openssl", "openssl");
        folder.Write(folder.Htpasswd, AccessFolder.Admin);
        await MakeAuthorityAsync("root");
        await IssueAsync("issuing", by: "root", "basicConstraints=critical,CA:TRUE");
        await IssueAsync("server", by: "issuing", "subjectAltName=IP:127.0.0.1");
        // As for nginx: the server's own certificate, then the one that issued it.
        folder.Write(folder.PathOf("fullchain.pem"), await TextAsync("server.pem") + await TextAsync("issuing.pem"));
        await using var server = await ManagementServer.StartAsync(rig.Socket, time, Settings("https") with { CertificateFile = folder.PathOf("fullchain.pem"), KeyFile = folder.PathOf("server.key") });
        string[] request = ["--user", "admin:pw1", new Uri(server.Root, "/api/nodes").ToString()];

        (await StatusOfAsync([protocol, "--cacert", folder.PathOf("root.pem"), .. request])).ShouldBe("200");
        (await StatusOfAsync([protocol, "--write-out", "%{http_version}", "--cacert", folder.PathOf("root.pem"), .. request])).ShouldEndWith(version);
        (await Should.ThrowAsync<LabException>(() => StatusOfAsync(request))).Message.ShouldContain("certificate");
    }

    [Fact]
    public async Task Baremetal_LogsIn_AndSaysWhyItMayNot()
    {
        SkipWithout("baremetal", "python3-ironicclient");
        SkipWithout("curl", "curl");
        folder.Write(folder.Htpasswd, AccessFolder.Admin);
        folder.WriteCertificate();
        await using var server = await ManagementServer.StartAsync(rig.Socket, time, Settings("https") with { CertificateFile = folder.Certificate, KeyFile = folder.Key });

        (await BaremetalAsync("pw1")).ShouldBe("[]\n");
        (await Should.ThrowAsync<LabException>(() => BaremetalAsync("pw2"))).Message.ShouldEndWith(": Unauthorized (HTTP 401)");
        for (var i = 0; i < 4; i++) (await StatusOfAsync("--insecure", "--user", "admin:pw2", new Uri(server.Root, "/v1/chassis").ToString())).ShouldBe("401");
        (await Should.ThrowAsync<LabException>(() => BaremetalAsync("pw1"))).Message.ShouldEndWith(": Too many wrong passwords came from this address; try again in 1 s (HTTP 429)");

        // The client keeps what it learns of a server in its home.
        Task<string> BaremetalAsync(string password) => RunAsync(
            "env", $"HOME={Path.GetDirectoryName(folder.Htpasswd)}", "OS_AUTH_TYPE=http_basic", "OS_USERNAME=admin", $"OS_PASSWORD={password}",
            $"OS_ENDPOINT={server.Root.GetLeftPart(UriPartial.Authority)}", $"OS_CACERT={folder.Certificate}", "baremetal", "chassis", "list", "-f", "json");
    }

    private static void SkipWithout(string program, string package)
    {
        var missing = MissingPackage.Find(program, package);
        Assert.SkipUnless(missing is null, missing ?? "");
    }

    private static Task<string> RunAsync(params string[] command) => ChildProcess.Run(command, TestContext.Current.CancellationToken);

    private static Task<string> StatusOfAsync(params string[] arguments) =>
        RunAsync(["curl", "--silent", "--show-error", "--max-time", "30", "--output", "/dev/null", "--write-out", "%{http_code}", .. arguments]);

    private Task<string> TextAsync(string name) => File.ReadAllTextAsync(folder.PathOf(name), TestContext.Current.CancellationToken);

    private Task<string> MakeAuthorityAsync(string name) => RunAsync(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.PathOf($"{name}.key"), "-out", folder.PathOf($"{name}.pem"),
        "-days", "2", "-subj", $"/CN={name}", "-addext", "keyUsage=keyCertSign");

    private async Task IssueAsync(string name, string by, string extension)
    {
        var (request, extensions) = (folder.PathOf($"{name}.csr"), folder.PathOf($"{name}.cnf"));
        folder.Write(extensions, extension);
        await RunAsync("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.PathOf($"{name}.key"), "-out", request, "-subj", $"/CN={name}");
        await RunAsync(
            "openssl", "x509", "-req", "-in", request, "-CA", folder.PathOf($"{by}.pem"), "-CAkey", folder.PathOf($"{by}.key"), "-CAcreateserial", "-days", "2", "-extfile", extensions,
            "-out", folder.PathOf($"{name}.pem"));
    }

    private ApiSettings Settings(string scheme) => new()
    {
        Endpoint = new Uri($"{scheme}://127.0.0.1:0"),
        AuthStrategy = AuthStrategy.HttpBasic,
        HtpasswdFile = folder.Htpasswd,
    };
}
