using System.Net;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Lab;
using BootAppliance.Lab.Network;

namespace BootAppliance.Tests;

/// <summary>A process that may open few files, and clients that would use them up: .NET ends a process that finds none left.</summary>
public sealed class OpenFilesTests
{
    private const int Clients = 700;

    [Fact]
    public async Task TooFew_AreRefused_WithWhatToDo()
    {
        await using var lab = await SystemTest.LabAsync();
        await using var process = lab.Home.Start(["prlimit", "--nofile=512:512", Checkout.Appliance, "run", "--config", lab.Settings.File], "the appliance");
        (await process.WaitForExit(SystemTest.Cancellation).WaitAsync(TimeSpan.FromMinutes(1), SystemTest.Cancellation)).ShouldBe(1);
        string.Join('\n', process.Output.Lines).ShouldContain("this process may have 512 files open, and needs 1024");
    }

    [Fact]
    public async Task StalledDownloads_UseUpTheirShare_AndNothingElse()
    {
        SystemTest.SkipWithout("curl", "curl");
        await using var lab = await SystemTest.LabAsync();
        await File.WriteAllBytesAsync(Path.Combine(lab.Settings.HttpRoot, "large"), new byte[64 << 20], SystemTest.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(lab.Settings.HttpRoot, "small"), "hello", SystemTest.Cancellation);
        await using var process = lab.Home.Start(["prlimit", "--nofile=1024:1024", Checkout.Appliance, "run", "--config", lab.Settings.File], "the appliance");
        await process.Output.WaitForLine(line => line.Contains("ready: "), TimeSpan.FromSeconds(30), SystemTest.Cancellation);
        await using var home = await lab.ConnectAsync("192.0.2.50/24");

        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => StallAsync(home)));
        try
        {
            clients.Count(client => client is not null).ShouldBe(128);
            (await lab.Command(["node", "list"], SystemTest.Cancellation)).ShouldNotBeNull();
            (await lab.Home.Run("curl", "-sf", "http://127.0.0.1:6385/v1/")).ShouldContain("\"v1\"");
            process.Output.Lines.Count(line => line.Contains("128 connections are open, which is the most")).ShouldBe(1);
        }
        finally
        {
            foreach (var client in clients) client?.Dispose();
        }

        (await home.Run("curl", "-sf", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", "http://192.0.2.1/images/small")).ShouldBe("hello");
        process.HasEnded.ShouldBeFalse();
        process.Output.Lines.ShouldNotContain(line => line.Contains("fail:") || line.Contains("crit:"));
    }

    /// <summary>Asks for much and reads little of it; null if the server closes the connection.</summary>
    private static async Task<Socket?> StallAsync(NetworkNamespace home)
    {
        var client = await home.RunInside(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 });
        try
        {
            await client.ConnectAsync(IPAddress.Parse("192.0.2.1"), 80, SystemTest.Cancellation);
            await client.SendAsync(Encoding.ASCII.GetBytes("GET /images/large HTTP/1.1\r\nHost: x\r\n\r\n"), SystemTest.Cancellation);
            if (await client.ReceiveAsync(new byte[16], SystemTest.Cancellation) > 0) return client;
        }
        catch (SocketException)
        {
            // The server was quicker.
        }

        client.Dispose();
        return null;
    }
}
