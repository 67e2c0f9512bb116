using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using BootAppliance.Commands;
using BootAppliance.Images;
using Microsoft.AspNetCore.Http;

namespace BootAppliance.Tests.Commands;

/// <summary><c>image import</c> against the real management plane, and against one that answers as it is told to.</summary>
public sealed class ImageImportTests : IDisposable
{
    private readonly CommandRig rig = new();
    private readonly string work = Directory.CreateTempSubdirectory("bootappliance-import-").FullName;

    public void Dispose()
    {
        Directory.Delete(work, recursive: true);
        rig.Dispose();
    }

    [Fact]
    public async Task Import_SendsAFile_AndSaysWhatItIs()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        "hsqs"u8.CopyTo(content);
        var sum = Convert.ToHexStringLower(SHA256.HashData(content));
        (await rig.OutputOfAsync("image", "import", Make("root.img", content), "--name", "debian/root.img", "--checksum", $"sha256:{sum}")).ShouldBe($"""
            NAME             SIZE     FORMAT    ARCHITECTURE  SIGNED BY  SHA-256
            debian/root.img  2.9 MiB  squashfs                           {sum}
            """);
        File.ReadAllBytes(Path.Combine(server.ImageFolder, "debian", "root.img")).ShouldBe(content);

        var (status, _, error) = await rig.RunAsync("image", "import", Path.Combine(work, "root.img"), "--name", "debian/root.img");
        (status, error).ShouldBe((CommandLine.Failure, "there is an image 'debian/root.img' already: remove it first with 'image remove', or take another name with --name"));
    }

    [Fact]
    public async Task Import_SaysWhatBootsFromAnIso()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        Assert.SkipUnless(File.Exists("/usr/bin/xorriso"), "xorriso is not installed: apt install xorriso");
        Directory.CreateDirectory(Path.Combine(work, "tree", "casper"));
        foreach (var file in new[] { "vmlinuz", "initrd" }) File.WriteAllText(Path.Combine(work, "tree", "casper", file), file);
        using (var made = Process.Start("xorriso", ["-as", "mkisofs", "-quiet", "-J", "-o", Path.Combine(work, "my ubuntu.iso"), Path.Combine(work, "tree")])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var output = await rig.OutputOfAsync("image", "import", Path.Combine(work, "my ubuntu.iso"));
        output.ShouldContain("ISO 9660");
        output.ShouldEndWith("""

            Ubuntu or Mint  not signed
              bootappliance node add NAME --mac MAC --kernel 'my ubuntu.iso/casper/vmlinuz' --initrd 'my ubuntu.iso/casper/initrd' --args 'boot=casper ip=dhcp netboot=url url=http://192.0.2.1/images/my%20ubuntu.iso cloud-config-url=/dev/null'
              the machine fetches the whole image, so it needs that much memory more
            """);
    }

    [Fact]
    public async Task Import_HasTheApplianceFetchAUrl()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock, sources: new MemorySource("kernel"u8.ToArray()));
        var (status, output, error) = await rig.RunAsync("image", "import", "http://198.18.0.1/debian/vmlinuz", "--json");
        status.ShouldBe(CommandLine.Success, error);
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("name").GetString().ShouldBe("vmlinuz");
        json.RootElement.GetProperty("state").GetString().ShouldBe("done");
        json.RootElement.GetProperty("image").GetProperty("size").GetInt64().ShouldBe(6);
        File.ReadAllText(Path.Combine(server.ImageFolder, "vmlinuz")).ShouldBe("kernel");
    }

    [Fact]
    public async Task Import_Fails_WithTheReasonOfTheSource()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock, sources: new MemorySource(null));
        var (status, output, error) = await rig.RunAsync("image", "import", "http://198.18.0.1/debian/vmlinuz");
        (status, output).ShouldBe((CommandLine.Failure, ""));
        error.Split('\n')[^1].ShouldBe("198.18.0.1 has no such file (404)");
    }

    [Theory]
    [InlineData("swift://container/object", null, "swift://container/object cannot be fetched")]
    [InlineData("gopher://198.18.0.1/x", null, "cannot be fetched")]
    [InlineData("http://198.18.0.1/x", "sha256:12", "64 hexadecimal digits")]
    [InlineData("/nowhere/x.iso", null, "/nowhere/x.iso cannot be read")]
    [InlineData("/usr", null, "/usr is a folder: an import takes one file")]
    [InlineData("", null, "an import has a source: a URL, a Glance UUID, or a file of this machine")]
    [InlineData("http://198.18.0.1/x", null, "it is empty at its source")]
    [InlineData("file:///nowhere/a%20b.iso", null, "/nowhere/a b.iso cannot be read")]
    [InlineData("file://elsewhere/x.iso", null, "'file://elsewhere/x.iso' is no file of this machine")]
    [InlineData("/dev/zero", null, "/dev/zero is a device, a pipe or a socket")]
    [InlineData("/dev/null", null, "/dev/null is a device, a pipe or a socket")]
    public async Task Import_Refuses_WhatCannotBe(string source, string? checksum, string reason)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock, sources: new MemorySource([]));
        var (status, _, error) = await rig.RunAsync(["image", "import", source, .. checksum is null ? Array.Empty<string>() : ["--checksum", checksum]]);
        status.ShouldBe(CommandLine.Failure);
        error.ShouldContain(reason);
    }

    /// <summary>To open a pipe is to wait for somebody who writes into it.</summary>
    [Fact]
    public async Task Import_OfAPipe_IsRefused_WithoutWaitingForIt()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        var pipe = Path.Combine(work, "pipe");
        using (var made = Process.Start("mkfifo", [pipe])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        var (status, _, error) = await rig.RunAsync("image", "import", $"file://{pipe}");

        (status, error).ShouldBe((CommandLine.Failure, $"{pipe} is a device, a pipe or a socket: an import takes a file, so write what comes out of it into one"));
    }

    [Fact]
    public async Task Import_OfAnEmptyFile_IsRefused()
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);

        var (status, _, error) = await rig.RunAsync("image", "import", Make("x.img", []));

        (status, error).ShouldBe((CommandLine.Failure, "what is to become 'x.img' is empty, and no machine boots from that"));
        Directory.EnumerateFiles(server.ImageFolder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    /// <summary>Names are what clients make of them: in one piece or in several, with whatever means something else in URLs.</summary>
    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("50 %+?#&=;'\"[].img")]
    [InlineData("größe/ядро")]
    public async Task Import_TakesEveryName_AndIsFoundAndRemovedByIt(string name)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var client = new HttpClient { BaseAddress = server.Root };
        await rig.OutputOfAsync("image", "import", Make("x.img", "kernel"u8.ToArray()), "--name", name);

        foreach (var path in (string[])[Uri.EscapeDataString(name), Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal)])
        {
            using var import = JsonDocument.Parse(await client.GetStringAsync($"/api/imports/{path}", TestContext.Current.CancellationToken));
            import.RootElement.GetProperty("name").GetString().ShouldBe(name);
        }

        (await rig.OutputOfAsync("image", "remove", name)).ShouldBe($"{name} is removed");
        Directory.EnumerateFiles(server.ImageFolder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Import_SendsTheRestOnly_OfWhatWasBegun()
    {
        await using var appliance = await rig.ServeAsync(context => context.Response.WriteAsync(
            """{"name":"a b/x.img","state":"waiting","bytes":4,"length":10,"problem":null,"sha256":null,"image":null}"""));
        await rig.RunAsync("image", "import", Make("x.img", "0123456789"u8.ToArray()), "--name", "a b/x.img");
        appliance.Requests.Count.ShouldBe(2);
        appliance.Requests.First().ShouldStartWith("""POST /api/images {"name":"a b/x.img","checksum":null,"length":10,"version":""");
        appliance.Requests.Last().ShouldBe("PUT /api/images/a%20b/x.img?offset=4 456789");
    }

    /// <summary>As when somebody imports what is still being downloaded.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Import_OfAFileThatIsBeingWritten_IsNeverWhole(bool grows, bool isLink)
    {
        var path = Make("x.img", new byte[300_000]);
        if (isLink) path = File.CreateSymbolicLink(path + ".link", path).FullName;
        await using var appliance = await rig.ServeAsync(context =>
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(grows ? 300_001 : 299_999);
            return context.Response.WriteAsync("""{"name":"x.img","state":"waiting","bytes":0,"length":300000,"problem":null,"sha256":null,"image":null}""");
        });

        var (status, _, error) = await rig.RunAsync("image", "import", path);

        (status, error).ShouldBe((CommandLine.Failure, $"{path} was changed while it was sent: import it when nobody writes into it any more"));
        appliance.Requests.ShouldNotContain(request => request.StartsWith("PUT ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Import_ThatNobodyWaitsForAnyMore_IsListed_AndCalledOff()
    {
        var source = new StuckSource();
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock, sources: source);
        using var interrupt = new CancellationTokenSource();
        var importing = rig.RunAsync(["image", "import", "http://198.18.0.1/k?signature=secret", "--name", "a b"], interrupt.Token);
        await source.Stuck.Task;
        (await rig.OutputOfAsync("image", "list")).Split('\n')[1].ShouldMatch("^a b +10 B +40 %$");

        await interrupt.CancelAsync();
        var (status, _, error) = await importing;
        status.ShouldBe(CommandLine.Failure);
        error.ShouldEndWith("the appliance goes on with it; this calls it off: bootappliance image remove 'a b'");

        (await rig.OutputOfAsync("image", "remove", "a b")).ShouldBe("a b is removed");
        (await rig.OutputOfAsync("image", "list")).ShouldBe("There are no images");
    }

    [Theory]
    [InlineData("Invalid", 400)]
    [InlineData("NotWritable", 507)]
    public async Task Put_SaysWhoseFaultItIs(string kind, int code)
    {
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock);
        using var client = new HttpClient { BaseAddress = server.Root };
        using var body = JsonContent.Create(new { name = "a", length = 4, version = "1" });
        using var begun = await client.PostAsync("/api/images", body, TestContext.Current.CancellationToken);
        if (kind == "NotWritable") Directory.Delete(Path.Combine(server.ImageFolder, ".unfinished"), recursive: true);
        if (kind == "NotWritable") File.WriteAllText(Path.Combine(server.ImageFolder, ".unfinished"), "");

        using var content = new ByteArrayContent(new byte[8]);
        using var answer = await client.PutAsync("/api/images/a?offset=0", content, TestContext.Current.CancellationToken);

        ((int)answer.StatusCode).ShouldBe(code);
    }

    private string Make(string name, byte[] content)
    {
        var path = Path.Combine(work, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Sends four bytes of ten, and then nothing.</summary>
    private sealed class StuckSource : IImageSource
    {
        public TaskCompletionSource Stuck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Reads(ImageReference image) => image is ImageReference.Remote;

        public Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation) =>
            Task.FromResult<ImageFetch>(new ImageFetch.Opened(new StuckStream(Stuck), 0, 10, new ImageValidators("\"1\"", null)));

        private sealed class StuckStream(TaskCompletionSource stuck) : MemoryStream(new byte[4])
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                if (Position < Length) return await base.ReadAsync(buffer, cancellationToken);
                stuck.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return 0;
            }
        }
    }

    private sealed class MemorySource(byte[]? content) : IImageSource
    {
        public bool Reads(ImageReference image) => image is ImageReference.Remote;

        public Task<ImageFetch> OpenAsync(ImageReference image, long from, ImageValidators? validators, CancellationToken cancellation) => Task.FromResult<ImageFetch>(
            content is null ? new ImageFetch.Failed("198.18.0.1 has no such file (404)", IsPassing: false) : new ImageFetch.Opened(new MemoryStream(content), 0, content.Length, new ImageValidators(null, null)));
    }
}
