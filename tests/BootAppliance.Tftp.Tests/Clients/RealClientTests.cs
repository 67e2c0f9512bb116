using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using BootAppliance.Lab;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Tests.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Clients;

/// <summary>Clients that we did not write, against the server on 127.0.0.1.</summary>
public sealed class RealClientTests : IDisposable
{
    private const string Remote = "boot/loader.efi";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tftp-clients-");

    private string Target => Path.Combine(folder.FullName, "fetched");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [InlineData(512 * 40)]
    [InlineData(1_000_000)]
    public async Task TftpHpa_Fetches(int length) =>
        (await FetchAsync(length, "tftp", server => ["-m", "binary", Host(server), Port(server), "-c", "get", Remote, Target]))
            .ShouldBe(Whole(length, blockSize: 512, windowSize: 1));

    [Fact]
    public async Task TftpHpa_Fetches_PastBlock65535() =>
        (await FetchAsync((512 * 65_537) + 3, "tftp", server => ["-m", "binary", Host(server), Port(server), "-c", "get", Remote, Target]))
            .ShouldBe(Whole((512 * 65_537) + 3, blockSize: 512, windowSize: 1));

    [Fact]
    public async Task TftpHpa_FetchesText_InNetascii()
    {
        SkipWithout("tftp");
        await using var server = new TestServer();
        var text = string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i} bottles\n"));
        server.Files["motd"] = Encoding.ASCII.GetBytes(text);
        await RunAsync("tftp", ["-m", "ascii", Host(server), Port(server), "-c", "get", "motd", Target]);
        (await File.ReadAllTextAsync(Target)).ShouldBe(text);
    }

    [Theory]
    [InlineData(512, 1)]
    [InlineData(1428, 1)]
    [InlineData(1428, 4)]
    [InlineData(1428, 16)]
    [InlineData(1428, 64)]
    [InlineData(8192, 8)]
    public async Task Atftp_Fetches_WithBlockAndWindowSize(int blockSize, int windowSize) =>
        (await FetchAsync(3_000_000, "atftp", server =>
        [
            "--option", $"blksize {blockSize}", "--option", $"windowsize {windowSize}", "--option", "tsize 0", "--option", "timeout 2",
            "--get", "-r", Remote, "-l", Target, Host(server), Port(server),
        ])).ShouldBe(Whole(3_000_000, blockSize, windowSize));

    [Theory]
    [InlineData(512)]
    [InlineData(1468)]
    [InlineData(65464)]
    public async Task Curl_Fetches(int blockSize) =>
        (await FetchAsync(2_000_000, "curl", server =>
            ["--silent", "--show-error", "--tftp-blksize", $"{blockSize}", "--output", Target, $"tftp://{server.EndPoint}//{Remote}"]))
            .ShouldBe(Whole(2_000_000, blockSize, windowSize: 1));

    [Theory]
    [InlineData(512)]
    [InlineData(1468)]
    public async Task Busybox_Fetches(int blockSize) =>
        (await FetchAsync(1_000_000, "busybox", server => ["tftp", "-g", "-b", $"{blockSize}", "-r", Remote, "-l", Target, Host(server), Port(server)]))
            .ShouldBe(Whole(1_000_000, blockSize, windowSize: 1));

    [Theory]
    [InlineData("tftp")]
    [InlineData("curl")]
    public async Task Client_Fetches_FromTheListeningPort(string client)
    {
        var report = await FetchAsync(1_000_000, client, server => client == "curl"
            ? ["--silent", "--show-error", "--output", Target, $"tftp://{server.EndPoint}/{Remote}"]
            : ["-m", "binary", Host(server), Port(server), "-c", "get", Remote, Target], singlePort: true);
        report.ShouldBe(Whole(1_000_000, blockSize: 512, windowSize: 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Atftp_Fetches_OverALossyWire(int windowSize)
    {
        LossyRelay? relay = null;
        var report = await FetchAsync(300_000, "atftp", server =>
        {
            relay = new LossyRelay(server.EndPoint, lastBlock: (300_000 / 1428) + 1);
            return
            [
                "--option", "blksize 1428", "--option", $"windowsize {windowSize}",
                "--get", "-r", Remote, "-l", Target, Host(server), relay.Port.ToString(CultureInfo.InvariantCulture),
            ];
        }, singlePort: true);
        relay!.Dispose();
        relay.Lost.ShouldBeGreaterThan(0);
        report.ShouldBe(Whole(300_000, blockSize: 1428, windowSize));
    }

    [Fact]
    public async Task TftpHpa_IsToldClearly_ThatItCannotWrite()
    {
        SkipWithout("tftp");
        await using var server = new TestServer();
        await File.WriteAllTextAsync(Target, "content");
        (await RunAsync("tftp", [Host(server), Port(server), "-c", "put", Target, "stolen"])).ShouldContain("This server is read only.");
        server.Counters.Drops.ShouldBe(new Dictionary<TftpDropReason, long> { [TftpDropReason.WriteRequest] = 1 });
    }

    [Fact]
    public async Task Curl_IsTold_ThatAFileIsNotThere()
    {
        SkipWithout("curl");
        await using var server = new TestServer();
        (await RunAsync("curl", ["--silent", "--show-error", $"tftp://{server.EndPoint}/none"])).ShouldContain("curl: (68)"); // CURLE_TFTP_NOTFOUND
    }

    private static TransferReport Whole(int length, int blockSize, int windowSize) =>
        new(new IPEndPoint(0, 0), Remote, TransferOutcome.Completed, null, length, length, default, blockSize, windowSize, 0);

    private static string Host(TestServer server) => server.EndPoint.Address.ToString();

    private static string Port(TestServer server) => server.EndPoint.Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Fetches a file from the disk, compares what arrived, and gives the server's report without what differs from run to run.</summary>
    private async Task<TransferReport> FetchAsync(int length, string client, Func<TestServer, string[]> arguments, bool singlePort = false)
    {
        SkipWithout(client);
        var path = Path.Combine(folder.FullName, "served");
        var content = TransferRig.Content(length);
        await File.WriteAllBytesAsync(path, content);
        await using var server = new TestServer(settings => settings with { SinglePort = singlePort })
        {
            Opens = request => ValueTask.FromResult(request.FileName == Remote ? TftpFile.FromHandle(Remote, File.OpenHandle(path)) : null),
        };
        var output = await RunAsync(client, arguments(server));
        File.Exists(Target).ShouldBeTrue(output);
        Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Target))).ShouldBe(Convert.ToHexString(SHA256.HashData(content)), output);
        var report = await server.TransferAsync();
        return report with { Client = new IPEndPoint(0, 0), Duration = default, Retransmits = 0 };
    }

    private static void SkipWithout(string program)
    {
        var package = program switch { "tftp" => "tftp-hpa", "busybox" => "busybox-static", _ => program };
        var missing = MissingPackage.Find(program, package);
        Assert.SkipWhen(missing is not null, missing ?? "");
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        return await output + await errors;
    }
}
