using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BootAppliance.Images;
using BootAppliance.Images.Import;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests.Import;

public sealed class ImageImporterTests : IAsyncDisposable
{
    private static readonly byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
    private static readonly string sum = Convert.ToHexStringLower(SHA256.HashData(content));

    private readonly string root = Directory.CreateTempSubdirectory("bootappliance-import-").FullName;
    private readonly ManualTime time = new(TimeProvider.System.GetUtcNow());
    private readonly CuttingSource source = new(content);
    private ImageImporter importer;

    public ImageImporterTests() => importer = Importer();

    public async ValueTask DisposeAsync()
    {
        await importer.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Start_FetchesAnImage_UnderItsName()
    {
        var import = await EndAsync(importer.Start(Request("debian/12.iso")));
        import.State.ShouldBe(ImportState.Done);
        (import.Bytes, import.Length, import.Sha256).ShouldBe((content.Length, content.Length, sum));
        File.ReadAllBytes(Path.Combine(root, "debian", "12.iso")).ShouldBe(content);
        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_GoesOnWhereTheSourceBrokeOff()
    {
        source.Cut(1_000_000, 500_000);
        var import = await EndAsync(importer.Start(Request("a.iso")));
        import.Sha256.ShouldBe(sum);
        source.Asked.ShouldBe([(0, null), (1_000_000, "\"1\""), (1_500_000, "\"1\"")]);
    }

    [Fact]
    public async Task Start_BeginsAgain_WhenTheImageHasChangedAtItsSource()
    {
        source.Cut(1_000_000);
        var import = importer.Start(Request("a.iso"));
        while (source.Asked.Count < 1 || import.Problem is null) await Task.Yield();
        (source.Content, source.ETag) = (content[..2_000_000], "\"2\"");
        await EndAsync(import);
        File.ReadAllBytes(Path.Combine(root, "a.iso")).ShouldBe(content[..2_000_000]);
    }

    [Fact]
    public async Task Start_GoesOn_AfterTheApplianceWasStopped()
    {
        source.Cut(-1_000_000);
        importer.Start(Request("a.iso"));
        await source.Stuck.Task;
        await importer.DisposeAsync();
        File.Exists(Path.Combine(root, "a.iso")).ShouldBeFalse();
        importer = Importer();
        (await EndAsync(importer.Start(Request("a.iso")))).Sha256.ShouldBe(sum);
        source.Asked[^1].ShouldBe((1_000_000, "\"1\""));
    }

    /// <summary>Without validators nobody knows whether the rest is that of the same version.</summary>
    [Fact]
    public async Task Start_BeginsAgain_WhereTheSourceHasNoValidators()
    {
        source.ETag = null;
        source.Cut(1_000_000);
        (await EndAsync(importer.Start(Request("a.iso")))).Sha256.ShouldBe(sum);
        source.Asked.ShouldBe([(0, null), (0, null)]);
    }

    [Fact]
    public async Task Start_TakesAnImage_OfUnknownLength()
    {
        await importer.DisposeAsync();
        importer = new ImageImporter(root, [new CuttingSource(content) { SaysLength = false }], time, NullLogger<ImageImporter>.Instance);
        (await EndAsync(importer.Start(Request("a.iso")))).Sha256.ShouldBe(sum);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    [InlineData("md5")]
    public async Task Start_Compares_WhatCameWithTheChecksum(string algorithm)
    {
        string Sum(byte[] bytes) => Convert.ToHexString(CryptographicOperations.HashData(new HashAlgorithmName(algorithm.ToUpperInvariant()), bytes));
        (await EndAsync(importer.Start(Request("good", $"#{algorithm}:{Sum(content)}")))).State.ShouldBe(ImportState.Done);
        var wrong = await EndAsync(importer.Start(Request("wrong", $"#{algorithm}:{Sum([1])}")));
        wrong.State.ShouldBe(ImportState.Failed);
        wrong.Problem!.ShouldContain("its checksum is wrong");
        File.Exists(Path.Combine(root, "wrong")).ShouldBeFalse();
        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_GivesUp_WhereTheSourceBreaksOffAgainAndAgain()
    {
        source.Cut([1000, .. Enumerable.Repeat(0, 20)]);
        var import = await EndAsync(importer.Start(Request("a.iso")));
        (import.State, import.Problem).ShouldBe((ImportState.Failed, "the connection was reset, again and again; 1000 bytes are here, and the same command goes on with them"));
        source.Asked.Count.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task Start_DoesNotTryAgain_WhatIsGone()
    {
        source.Failure = new ImageFetch.Failed("the server has no such file (404)", IsPassing: false);
        var import = await EndAsync(importer.Start(Request("a.iso")));
        import.Problem.ShouldBe("the server has no such file (404)");
        source.Asked.Count.ShouldBe(1);
        Unfinished().ShouldBeEmpty();
    }

    /// <summary>It was whole, and the process ended before the file had its place.</summary>
    [Fact]
    public async Task Start_PublishesWhatIsWhole_WithoutAskingForMore()
    {
        await StopAtAsync(1_000_000);
        File.WriteAllBytes(Partial(), content);

        (await EndAsync(importer.Start(Request("a.iso")))).Sha256.ShouldBe(sum);

        source.Asked.Count.ShouldBe(1);
        File.ReadAllBytes(Path.Combine(root, "a.iso")).ShouldBe(content);
        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_BeginsAgain_WhereNobodyKnowsHowLongTheImageIs()
    {
        await importer.DisposeAsync();
        var unknown = new CuttingSource(content) { SaysLength = false }.Cut(1_000_000);
        importer = new ImageImporter(root, [unknown], time, NullLogger<ImageImporter>.Instance);

        (await EndAsync(importer.Start(Request("a.iso")))).Sha256.ShouldBe(sum);

        unknown.Asked.ShouldBe([(0, null), (0, null)]);
    }

    [Fact]
    public async Task Start_GivesUp_WhereASourceWithoutValidatorsBreaksOffAgainAndAgain()
    {
        source.ETag = null;
        source.Cut([.. Enumerable.Repeat(1000, 50)]);

        var import = await EndAsync(importer.Start(Request("a.iso")));

        import.Problem.ShouldBe("the connection was reset, again and again; 1000 bytes came, and nothing tells whether what follows would be of the same version");
        source.Asked.Count.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task Start_TakesUpOnlyWhatIsSurelyOnTheDisk_AfterAPowerCut()
    {
        await StopAtAsync(1_000_000);
        // What was not flushed may be anything, whatever the length of the file says.
        var record = JsonNode.Parse(File.ReadAllText(Partial() + ".json"))!;
        record["Flushed"]!.GetValue<long>().ShouldBe(1_000_000);
        (record["Boot"], record["Flushed"]) = ("another run", 500_000);
        File.WriteAllText(Partial() + ".json", record.ToJsonString());
        File.WriteAllBytes(Partial(), [.. content[..500_000], .. new byte[500_000]]);

        (await EndAsync(importer.Start(Request("a.iso")))).Sha256.ShouldBe(sum);

        source.Asked[^1].ShouldBe((500_000, "\"1\""));
    }

    [Fact]
    public async Task Start_KeepsNothingOnTheDisk_ThatWouldLetOthersFetchTheImage()
    {
        source.Cut(-1000);
        importer.Start(new ImportRequest("a.iso", new ImageReference.Remote(new Uri("http://198.18.0.1/image?signature=secret")), Checksum: null));
        await source.Stuck.Task;
        await importer.DisposeAsync();
        importer = Importer();

        File.ReadAllText(Partial() + ".json").ShouldNotContain("secret");
        File.GetUnixFileMode(Path.GetDirectoryName(Partial())!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Start_BeginsAgain_WhereTheRecordCannotBeRead()
    {
        await StopAtAsync(1_000_000);
        File.Delete(Partial() + ".json");
        Directory.CreateDirectory(Partial() + ".json");
        importer.Unfinished().ShouldBeEmpty();
        Directory.Delete(Partial() + ".json");
        File.WriteAllText(Partial() + ".json", "{");

        (await EndAsync(importer.Start(Request("a.iso")))).Sha256.ShouldBe(sum);
    }

    [Fact]
    public async Task Start_RemovesWhatWasBegunLongAgo()
    {
        await StopAtAsync(1000);
        File.Exists(Partial()).ShouldBeTrue();

        time.Advance(TimeSpan.FromDays(8));
        await EndAsync(importer.Start(Request("b.iso")));

        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_Says_ThatTheImporterFailed()
    {
        source.Fault = new InvalidOperationException("a fault of ours");

        var import = await EndAsync(importer.Start(Request("a.iso")));

        (import.State, import.Problem).ShouldBe((ImportState.Failed, "it cannot be imported: a fault of ours"));
    }

    [Fact]
    public async Task Start_Refuses_APlaceOnAnotherDisk()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount a file system");
        var other = Directory.CreateDirectory(Path.Combine(root, "other")).FullName;
        using (var mount = Process.Start("mount", ["-t", "tmpfs", "tmpfs", other])) await mount.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(File.ReadAllText("/proc/self/mountinfo").Contains(other, StringComparison.Ordinal), "this system mounts no tmpfs");
        try
        {
            var refused = Should.Throw<ImportException>(() => importer.Start(Request("other/folder/a.iso")));
            (refused.Refusal, refused.Message).ShouldSatisfyAllConditions(
                r => r.Refusal.ShouldBe(ImportRefusal.NotWritable), r => r.Message.ShouldStartWith($"no image can be moved into {other}, which has to be writable, and on the disk of {root}"));
            Unfinished().ShouldBeEmpty();
        }
        finally
        {
            using var unmount = Process.Start("umount", [other]);
            await unmount.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task CallOff_EndsAnImport_AndTakesAwayWhatCame()
    {
        source.Cut(-1000);
        var import = importer.Start(Request("a.iso"));
        await source.Stuck.Task;
        importer.Unfinished().ShouldBe([("a.iso", 1000, content.Length)]);

        (await importer.CallOffAsync("a.iso")).ShouldBeTrue();

        (import.State, import.Problem).ShouldBe((ImportState.Failed, "it was called off"));
        importer.Unfinished().ShouldBeEmpty();
        Unfinished().ShouldBeEmpty();
        (await importer.CallOffAsync("a.iso")).ShouldBeFalse();
    }

    [Fact]
    public async Task CallOff_TakesAwayWhatAnEarlierProcessBegan_AndNoImageThatIsWhole()
    {
        await StopAtAsync(1000);
        (await importer.CallOffAsync("a.iso")).ShouldBeTrue();
        Unfinished().ShouldBeEmpty();

        await EndAsync(importer.Start(Request("a.iso")));
        (await importer.CallOffAsync("a.iso")).ShouldBeFalse();
        File.Exists(Path.Combine(root, "a.iso")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("0f6b0e0e-7f1a-4f43-9d43-6f2f8f3b9c11", ImportRefusal.Invalid)]
    [InlineData("", ImportRefusal.Invalid)]
    [InlineData("../a", ImportRefusal.Invalid)]
    [InlineData("a/../../b", ImportRefusal.Invalid)]
    [InlineData("/etc/passwd", ImportRefusal.Invalid)]
    [InlineData("a//b", ImportRefusal.Invalid)]
    [InlineData(".unfinished/a", ImportRefusal.Invalid)]
    [InlineData("a\nb", ImportRefusal.Invalid)]
    [InlineData("link/a", ImportRefusal.Invalid)]
    [InlineData("file/a", ImportRefusal.Conflict)]
    [InlineData("file", ImportRefusal.Conflict)]
    [InlineData("folder", ImportRefusal.Conflict)]
    [InlineData("dangling", ImportRefusal.Conflict)]
    public void Start_Refuses_NamesThatAreNoneOrTaken(string name, ImportRefusal refusal)
    {
        File.WriteAllText(Path.Combine(root, "file"), "");
        Directory.CreateDirectory(Path.Combine(root, "folder"));
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), "/tmp");
        File.CreateSymbolicLink(Path.Combine(root, "dangling"), "/nowhere");
        Should.Throw<ImportException>(() => importer.Start(Request(name))).Refusal.ShouldBe(refusal);
    }

    [Fact]
    public void Start_Refuses_WhatTheDiskHasNoRoomFor() =>
        Should.Throw<ImportException>(() => importer.Start(Sent("a", 1L << 60))).Refusal.ShouldBe(ImportRefusal.NoRoom);

    [Fact]
    public async Task Receive_GoesOnWhereTheSenderWasCut()
    {
        importer.Start(Sent("a", content.Length)).Bytes.ShouldBe(0);
        (await importer.ReceiveAsync("a", 0, new MemoryStream(content, 0, 1_000_000), TestContext.Current.CancellationToken)).State.ShouldBe(ImportState.Waiting);
        var refused = await Should.ThrowAsync<ImportException>(() => importer.ReceiveAsync("a", 5, Stream.Null, TestContext.Current.CancellationToken));
        refused.Message.ShouldContain("goes on at byte 1000000");
        await importer.DisposeAsync();

        importer = Importer();
        importer.Start(Sent("a", content.Length)).Bytes.ShouldBe(1_000_000);
        var import = await importer.ReceiveAsync("a", 1_000_000, new MemoryStream(content, 1_000_000, 2_000_000), TestContext.Current.CancellationToken);
        (import.State, import.Sha256).ShouldBe((ImportState.Done, sum));
        File.ReadAllBytes(Path.Combine(root, "a")).ShouldBe(content);
    }

    [Fact]
    public async Task Receive_BeginsAgain_WhenTheFileIsAnotherOne()
    {
        importer.Start(Sent("a", content.Length));
        await importer.ReceiveAsync("a", 0, new MemoryStream(content, 0, 1_000_000), TestContext.Current.CancellationToken);
        importer.Start(Sent("a", content.Length) with { Version = "later" }).Bytes.ShouldBe(0);
        (await importer.ReceiveAsync("a", 0, new MemoryStream(content), TestContext.Current.CancellationToken)).Sha256.ShouldBe(sum);
    }

    [Fact]
    public async Task Receive_Refuses_MoreThanWasSaid()
    {
        importer.Start(Sent("a", 10));
        var import = await importer.ReceiveAsync("a", 0, new MemoryStream(content), TestContext.Current.CancellationToken);
        import.Problem!.ShouldContain("more comes than the 10 bytes");
        import.Refusal.ShouldBe(ImportRefusal.Invalid);
        File.Exists(Path.Combine(root, "a")).ShouldBeFalse();
    }

    [Fact]
    public void Folder_ServesNothing_ThatIsNotWhole()
    {
        Directory.CreateDirectory(Path.Combine(root, ConfinedFolder.Unfinished));
        File.WriteAllText(Path.Combine(root, ConfinedFolder.Unfinished, "x"), "half");
        new ConfinedFolder(root).TryOpen($"{ConfinedFolder.Unfinished}/x", out _).ShouldBe(FolderRefusal.NotFound);
        new ConfinedFolder(root, ignoresCase: true).TryOpen("./.UNFINISHED/x", out _).ShouldBe(FolderRefusal.NotFound);
    }

    /// <summary>An import that was under way when the process ended.</summary>
    private async Task StopAtAsync(int bytes)
    {
        source.Cut(-bytes);
        importer.Start(Request("a.iso"));
        await source.Stuck.Task;
        await importer.DisposeAsync();
        importer = Importer();
    }

    private string Partial() => Path.Combine(root, ConfinedFolder.Unfinished, Convert.ToHexStringLower(SHA256.HashData("a.iso"u8)[..16]));

    private static ImportRequest Sent(string name, long length) => new(name, Source: null, Checksum: null) { Length = length, Version = "now" };

    private static ImportRequest Request(string name, string fragment = "")
    {
        ImageReference.TryParse("http://198.18.0.1/image" + fragment, out var reference, out var problem).ShouldBeTrue(problem);
        return new ImportRequest(name, reference, Checksum: null);
    }

    private ImageImporter Importer() => new(root, [source], time, NullLogger<ImageImporter>.Instance);

    private IEnumerable<string> Unfinished() => Directory.EnumerateFiles(Path.Combine(root, ConfinedFolder.Unfinished));

    private async Task<ImageImport> EndAsync(ImageImport import)
    {
        while (import.State == ImportState.Loading) await StepAsync();
        await import.Ended;
        return import;
    }

    /// <summary>Lets pauses pass as soon as somebody waits for one.</summary>
    private async Task StepAsync()
    {
        if (time.Timers > 0) time.Advance(TimeSpan.FromSeconds(30));
        await Task.Yield();
    }
}
