using System.Security.Cryptography;
using System.Text;

namespace BootAppliance.Tests;

public sealed class FileAnswerTests : IAsyncLifetime
{
    private readonly byte[] content = RandomNumberGenerator.GetBytes(100_000);
    private BootServer server = null!;
    private string tag = "";
    private string modified = "";

    public async ValueTask InitializeAsync()
    {
        server = await BootServer.StartAsync();
        var path = Path.Combine(server.ImageFolder, "initrd.img");
        await File.WriteAllBytesAsync(path, content);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));
        var head = await Ask("HEAD");
        tag = head.Headers["ETag"];
        modified = head.Headers["Last-Modified"];
        modified.ShouldBe("Sun, 01 Mar 2026 12:00:00 GMT");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("bytes=0-99", 0, 100)]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=99999-", 99_999, 1)]
    [InlineData("bytes=-10", 99_990, 10)]
    [InlineData("bytes=-200000", 0, 100_000)]
    [InlineData("bytes=500-200000", 500, 99_500)]
    [InlineData("bytes=200000-,7-9", 7, 3)]
    public async Task Range_GetsItsBytes_AndSaysWhichTheyAre(string range, int first, int length)
    {
        var answer = await Ask("GET", $"Range: {range}");
        answer.Status.ShouldBe(206);
        answer.Headers["Content-Range"].ShouldBe($"bytes {first}-{first + length - 1}/100000");
        answer.Headers["Content-Length"].ShouldBe($"{length}");
        answer.Body.ShouldBe(content[first..(first + length)]);
    }

    [Theory]
    [InlineData("bytes=100000-")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=abc")]
    [InlineData("bytes=9-3")]
    [InlineData("bytes=99999999999999999999-")]
    public async Task Range_ThatTheFileDoesNotHave_IsToldItsLength(string range)
    {
        var answer = await Ask("GET", $"Range: {range}");
        answer.Status.ShouldBe(416);
        answer.Headers["Content-Range"].ShouldBe("bytes */100000");
        answer.Headers["Content-Length"].ShouldBe("0");
    }

    [Theory]
    [InlineData("lines=1-2")]
    [InlineData("bytes=0-99,50-149")]
    [InlineData("bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30,32-32")]
    public async Task Range_ThatNobodyNeeds_GetsTheWholeFile(string range)
    {
        var answer = await Ask("GET", $"Range: {range}");
        answer.Status.ShouldBe(200);
        answer.Body.ShouldBe(content);
    }

    [Fact]
    public async Task SeveralRanges_ComeInOneBody_OfAKnownLength()
    {
        var answer = await Ask("GET", "Range: bytes=10-19, -5, 50000-60000");
        answer.Status.ShouldBe(206);
        var boundary = answer.Headers["Content-Type"].Replace("multipart/byteranges; boundary=", "", StringComparison.Ordinal);
        boundary.ShouldAllBe(c => char.IsAsciiHexDigitLower(c));
        byte[] expected =
        [
            .. Part("10-19"), .. content[10..20],
            .. Part("99995-99999"), .. content[99_995..],
            .. Part("50000-60000"), .. content[50_000..60_001],
            .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"),
        ];
        answer.Headers["Content-Length"].ShouldBe($"{expected.Length}");
        answer.Body.ShouldBe(expected);

        byte[] Part(string range) => Encoding.ASCII.GetBytes($"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes {range}/100000\r\n\r\n");
    }

    [Theory]
    [InlineData("GET", "If-None-Match: TAG", 304)]
    [InlineData("HEAD", "If-None-Match: TAG", 304)]
    [InlineData("GET", "If-None-Match: W/TAG", 304)]
    [InlineData("GET", "If-None-Match: *", 304)]
    [InlineData("GET", "If-None-Match: \"other\"", 200)]
    [InlineData("GET", "If-None-Match: \"other\"|If-Modified-Since: DATE", 200)]
    [InlineData("GET", "If-Modified-Since: DATE", 304)]
    [InlineData("GET", "If-Modified-Since: Sun, 01 Mar 2026 11:59:59 GMT", 200)]
    [InlineData("GET", "If-Modified-Since: yesterday", 200)]
    [InlineData("GET", "If-Match: TAG", 200)]
    [InlineData("GET", "If-Match: \"other\"", 412)]
    [InlineData("GET", "If-Unmodified-Since: DATE", 200)]
    [InlineData("GET", "If-Unmodified-Since: Sun, 01 Mar 2026 11:59:59 GMT", 412)]
    [InlineData("GET", "Range: bytes=0-9|If-Range: TAG", 206)]
    [InlineData("GET", "Range: bytes=0-9|If-Range: DATE", 206)]
    [InlineData("GET", "Range: bytes=0-9|If-Range: W/TAG", 200)]
    [InlineData("GET", "Range: bytes=0-9|If-Range: \"other\"", 200)]
    [InlineData("GET", "Range: bytes=200000-|If-Range: \"other\"", 200)]
    [InlineData("GET", "Range: bytes=0-9|If-Range: Sun, 01 Mar 2026 11:59:59 GMT", 200)]
    [InlineData("GET", "Range: bytes=0-9|If-Range: other", 200)]
    [InlineData("GET", "Range: bytes=0-9|If-Range: 2026-03-01 12:00", 200)]
    [InlineData("GET", "Range: bytes=0-9|If-None-Match: TAG", 304)]
    [InlineData("HEAD", "Range: bytes=0-9", 200)]
    public async Task Condition_DecidesWhatIsSent(string method, string headers, int status)
    {
        var answer = await Ask(method, headers.Replace("TAG", tag, StringComparison.Ordinal).Replace("DATE", modified, StringComparison.Ordinal).Split('|'));
        answer.Status.ShouldBe(status);
        answer.Headers["ETag"].ShouldBe(tag);
        answer.Body.Length.ShouldBe(method == "HEAD" ? 0 : status switch { 200 => 100_000, 206 => 10, _ => 0 });
        if (method == "HEAD" && status == 200) answer.Headers["Content-Length"].ShouldBe("100000");
        answer.Headers.Keys.ShouldNotContain("Transfer-Encoding");
    }

    [Fact]
    public async Task Requests_ThatComeAllAtOnce_AreAnsweredInOrder()
    {
        using var client = await RawConnection.OpenAsync(server.Root);
        await client.SendAsync(string.Concat(Enumerable.Range(0, 20).Select(i => i % 3 == 0
            ? "GET /boot.ipxe HTTP/1.1\r\nHost: x\r\n\r\n"
            : $"GET /images/initrd.img HTTP/1.1\r\nHost: x\r\nRange: bytes={i}-{i + 49_999}\r\n\r\n")));
        for (var i = 0; i < 20; i++)
        {
            var answer = await client.ReadAsync();
            if (i % 3 == 0) Encoding.UTF8.GetString(answer.Body).ShouldStartWith("#!ipxe");
            else answer.Body.ShouldBe(content[i..(i + 50_000)]);
        }
    }

    private async Task<RawAnswer> Ask(string method, params string[] headers)
    {
        using var client = await RawConnection.OpenAsync(server.Root);
        await client.SendAsync($"{method} /images/initrd.img HTTP/1.1\r\nHost: x\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");
        return await client.ReadAsync(hasBody: method != "HEAD");
    }
}
