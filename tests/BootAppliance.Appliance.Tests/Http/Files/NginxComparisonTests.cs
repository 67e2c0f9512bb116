using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BootAppliance.Lab;

namespace BootAppliance.Tests;

/// <summary>The same requests to nginx, whose answers the clients of this world are used to. It differs where RFC 9110 leaves it open or nginx is off it:
/// a Range with HEAD, overlapping ranges, a date of If-Modified-Since that is not the file's very own, and the page that comes with its errors.</summary>
public sealed class NginxComparisonTests : IAsyncLifetime
{
    private readonly byte[] content = RandomNumberGenerator.GetBytes(200_000);
    private readonly string folder = Directory.CreateTempSubdirectory("bootappliance-nginx-").FullName;
    private BootServer ours = null!;
    private Process? nginx;
    private Uri theirs = new("http://127.0.0.1");

    public async ValueTask InitializeAsync()
    {
        var missing = MissingPackage.Find("nginx", "nginx-light");
        Assert.SkipUnless(missing is null, missing ?? "");
        ours = await BootServer.StartAsync();
        var images = Directory.CreateDirectory(Path.Combine(folder, "images")).FullName;
        foreach (var path in new[] { Path.Combine(images, "image"), Path.Combine(ours.ImageFolder, "image") })
        {
            await File.WriteAllBytesAsync(path, content);
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));
        }

        theirs = new Uri($"http://127.0.0.1:{FreePort()}");
        var settings = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(settings, $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { }
            http { access_log off; sendfile on; default_type application/octet-stream; server { listen 127.0.0.1:{{theirs.Port}}; root {{folder}}; } }
            """);
        nginx = Process.Start(new ProcessStartInfo("nginx", ["-c", settings, "-e", "stderr"]))!;
        while (!await Answers()) nginx.HasExited.ShouldBeFalse();
    }

    public async ValueTask DisposeAsync()
    {
        if (nginx is not null)
        {
            nginx.Kill();
            await nginx.WaitForExitAsync();
            nginx.Dispose();
        }

        if (ours is not null) await ours.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("HEAD", "")]
    [InlineData("GET", "Range: bytes=0-0")]
    [InlineData("GET", "Range: bytes=100-")]
    [InlineData("GET", "Range: bytes=-100")]
    [InlineData("GET", "Range: bytes=-400000")]
    [InlineData("GET", "Range: bytes=5-400000")]
    [InlineData("GET", "Range: bytes=200000-")]
    [InlineData("GET", "Range: bytes=-0")]
    [InlineData("GET", "Range: bytes=abc")]
    [InlineData("GET", "Range: bytes=9-3")]
    [InlineData("GET", "Range: lines=1-2")]
    [InlineData("GET", "Range: bytes=400000-, 3-5")]
    [InlineData("GET", "Range: bytes=10-19, 100-149, -7")]
    [InlineData("GET", "If-None-Match: TAG")]
    [InlineData("HEAD", "If-None-Match: TAG")]
    [InlineData("GET", "If-None-Match: \"a\", TAG")]
    [InlineData("GET", "If-None-Match: \"a\"")]
    [InlineData("GET", "If-None-Match: *")]
    [InlineData("GET", "If-Modified-Since: DATE")]
    [InlineData("GET", "If-Modified-Since: Sun, 01 Mar 2026 11:59:59 GMT")]
    [InlineData("GET", "If-Match: TAG")]
    [InlineData("GET", "If-Match: \"a\"")]
    [InlineData("GET", "If-Match: unreadable")]
    [InlineData("GET", "Range: bytes=0-9|Range: bytes=20-29")]
    [InlineData("GET", "If-Unmodified-Since: Sun, 01 Mar 2026 11:59:59 GMT")]
    [InlineData("GET", "Range: bytes=0-9|If-Range: TAG")]
    [InlineData("GET", "Range: bytes=0-9|If-Range: \"a\"")]
    [InlineData("GET", "Range: bytes=0-9|If-Range: DATE")]
    [InlineData("GET", "Range: bytes=0-9|If-Range: Sun, 01 Mar 2026 11:59:59 GMT")]
    [InlineData("GET", "Range: bytes=0-9|If-None-Match: TAG")]
    public async Task Answer_IsThatOfNginx(string method, string headers)
    {
        var (mine, its) = (await Ask(ours.Root, method, headers), await Ask(theirs, method, headers));
        mine.Status.ShouldBe(its.Status);
        foreach (var name in new[] { "Content-Range", "Last-Modified", "Accept-Ranges" })
            if (its.Headers.TryGetValue(name, out var value)) mine.Headers.GetValueOrDefault(name).ShouldBe(value);
        if (its.Status is not (200 or 206)) return;
        mine.Headers["Content-Type"].Split(';')[0].ShouldBe(its.Headers["Content-Type"].Split(';')[0]);
        if (its.Headers["Content-Type"].StartsWith("multipart/", StringComparison.Ordinal))
        {
            // Its boundary is a number of twenty digits.
            (mine.Body.Length - mine.Headers["Content-Type"].Split('=')[1].Length * 4).ShouldBe(its.Body.Length - (its.Headers["Content-Type"].Split('=')[1].Length * 4));
            return;
        }

        mine.Headers["Content-Length"].ShouldBe(its.Headers["Content-Length"]);
        mine.Body.AsSpan().SequenceEqual(its.Body).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/images/folder%2Fa%20b", "x")]
    [InlineData("/images/folder%2fa%20b", "x")]
    [InlineData("/images/folder/a%2520b", "x")]
    [InlineData("/images/folder%2Fc%252Fd", "x")]
    [InlineData("/images//folder//a%20b?x=%2F", "x")]
    [InlineData("/images/folder%2Fx/..%2F./a%20b", "x")]
    [InlineData("/images/folder%2Fx/%2e%2E/a%20b", "x")]
    [InlineData("/images/./folder/../image", "x")]
    [InlineData("http://elsewhere.example:8080/images/image", "x")]
    [InlineData("http://x/images/image", "x")]
    [InlineData("http://x/images/folder%2Fa%20b", "x")]
    public async Task Target_LeadsWhereNginxFindsIt(string target, string host)
    {
        foreach (var images in (string[])[Path.Combine(folder, "images"), ours.ImageFolder])
        {
            Directory.CreateDirectory(Path.Combine(images, "folder"));
            foreach (var name in (string[])["a b", "a%20b", "c%2Fd"]) await File.WriteAllTextAsync(Path.Combine(images, "folder", name), name, TestContext.Current.CancellationToken);
        }

        (await Ask(ours.Root)).ShouldBe(await Ask(theirs));

        async Task<string> Ask(Uri server)
        {
            using var client = await RawConnection.OpenAsync(server);
            await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\nRange: bytes=0-9\r\n\r\n");
            var answer = await client.ReadAsync();
            return $"{answer.Status} {(answer.Status == 206 ? Convert.ToHexString(answer.Body) : "")}";
        }
    }

    private static async Task<RawAnswer> Ask(Uri server, string method, string headers)
    {
        using var client = await RawConnection.OpenAsync(server);
        await client.SendAsync("HEAD /images/image HTTP/1.1\r\nHost: x\r\n\r\n");
        var known = await client.ReadAsync(hasBody: false);
        var lines = headers.Replace("TAG", known.Headers["ETag"], StringComparison.Ordinal).Replace("DATE", known.Headers["Last-Modified"], StringComparison.Ordinal).Split('|', StringSplitOptions.RemoveEmptyEntries);
        await client.SendAsync($"{method} /images/image HTTP/1.1\r\nHost: x\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n");
        return await client.ReadAsync(hasBody: method != "HEAD");
    }

    private async Task<bool> Answers()
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, theirs.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
