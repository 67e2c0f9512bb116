using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class ImageCacheTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Image_IsFetchedOnce_HoweverManyAskAtTheSameTime()
    {
        var file = CacheRig.Image();
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");

        var loaded = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => rig.LoadAsync(image)));
        loaded.ShouldAllBe(bytes => bytes!.SequenceEqual(file));
        (await rig.LoadAsync(image))!.ShouldBe(file);
        server.Requests.Count.ShouldBe(1);

        var state = rig.Cache.List().ShouldHaveSingleItem();
        (state.IsWhole, state.Size, state.Sha256).ShouldBe((true, file.Length, CacheRig.Sha256(file)));
        (state.Hits + state.Misses).ShouldBe(51);
        state.Hits.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task FirstMachine_ReadsWhileTheImageComes_ButNotItsEnd()
    {
        var file = CacheRig.Image(4 << 20);
        var rest = new TaskCompletionSource();
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = 3 << 20, Pause = rest.Task });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        rig.Cache.PathOf(image);

        var growing = (await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation)).ShouldBeOfType<CacheAnswer.Growing>().Image;
        growing.Length.ShouldBe(file.Length);
        long there = 0;
        while (there < 2 << 20) there = await growing.WaitAsync(there, Cancellation);
        rest.SetResult();
        (await CacheRig.ReadAsync(new CacheAnswer.Growing(growing)))!.ShouldBe(file);
    }

    [Fact]
    public async Task Part_IsOfAWholeImage_AndOfTheOldOneWhileANewOneComes()
    {
        var (file, changed) = (CacheRig.Image(), CacheRig.Image(seed: 2));
        var (version, rest) = (1, new TaskCompletionSource());
        await using var server = new ImageServer(request => version == 1
            ? ImageServer.Serve(request, file) with { PauseAt = 500_000, Pause = rest.Task }
            : ImageServer.Serve(request, changed, "\"2\"") with { PauseAt = 500_000, Pause = new TaskCompletionSource().Task });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/live.iso");
        await rig.Cache.PrepareAsync(image, Cancellation);

        var first = rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: true, Cancellation);
        first.IsCompleted.ShouldBeFalse();
        rest.SetResult();
        (await CacheRig.ReadAsync((await first).ShouldBeOfType<CacheAnswer.Whole>()))!.ShouldBe(file);

        version = 2;
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        await PartAsync();
        server.Requests.Count.ShouldBe(1, "who reads a disc does not ask for another one");
        var preparing = rig.Cache.PrepareAsync(image, Cancellation);
        await server.AskedAsync(2, Cancellation);
        rig.Time.Advance(TimeSpan.FromSeconds(3));
        await preparing;
        await PartAsync();
        server.Requests.Count.ShouldBe(2);
        rig.Cache.List().ShouldHaveSingleItem().Hits.ShouldBe(0);

        async Task PartAsync() => (await CacheRig.ReadAsync((await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: true, Cancellation)).ShouldBeOfType<CacheAnswer.Whole>()))!.ShouldBe(file);
    }

    [Fact]
    public async Task WrongImage_IsNeverWholeOnAMachine()
    {
        var file = CacheRig.Image(4 << 20);
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse($"{server.Root}/k#sha256:{new string('0', 64)}");
        rig.Cache.PathOf(image);

        switch (await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation))
        {
            case CacheAnswer.Growing { Image: var growing }:
                using (growing)
                {
                    long there = 0;
                    await Should.ThrowAsync<IOException>(async () =>
                    {
                        while (true) there = await growing.WaitAsync(there, Cancellation);
                    });
                    there.ShouldBeLessThan(file.Length);
                }

                break;

            case CacheAnswer.Failed failed:
                failed.Problem.ShouldContain("its checksum is wrong");
                break;

            default:
                Assert.Fail("it was taken for whole");
                break;
        }

        await rig.Cache.FetchAsync(image, null, Cancellation);
        rig.Cache.FindProblem(image).ShouldNotBeNull().ShouldContain($"its checksum is wrong: it should be sha256:{new string('0', 64)}, and what came has sha256:{CacheRig.Sha256(file)}");
        rig.Files().ShouldAllBe(name => !name.StartsWith("content/", StringComparison.Ordinal) && !name.StartsWith("partial/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Download_GoesOnWhereItWasCut()
    {
        var file = CacheRig.Image(4 << 20);
        var cuts = 0;
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { CutAt = cuts++ < 2 ? 1 << 20 : int.MaxValue });
        await using var rig = new CacheRig();
        var advancing = AdvanceAsync(rig, out var stop);
        (await rig.LoadAsync(CacheRig.Parse(server.Root + "/k")))!.ShouldBe(file);
        await stop.CancelAsync();
        await advancing;
        server.Requests.Count.ShouldBe(3);
        server.Requests.Skip(1).ShouldAllBe(request => request.Header("Range") != null && request.Header("If-Range") == "\"1\"");
    }

    /// <summary>Thousands of readers are not woken for every piece, but for the last one too.</summary>
    [Fact(Timeout = 20_000)]
    public async Task SourceThatPauses_LeavesMachinesAllThatIsHere()
    {
        const int Sent = (3 << 20) + 7;
        var file = CacheRig.Image(4 << 20);
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = Sent, Pause = new TaskCompletionSource().Task });
        await using var rig = new CacheRig(silence: TimeSpan.FromHours(1));
        var image = CacheRig.Parse(server.Root + "/k");
        rig.Cache.PathOf(image);
        using var growing = (await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation)).ShouldBeOfType<CacheAnswer.Growing>().Image;
        var last = growing.WaitAsync(Sent - 1, Cancellation);
        while (rig.Cache.List()[0].Loaded < Sent) await Task.Yield();
        while (!last.IsCompleted)
        {
            rig.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        (await last).ShouldBe(Sent);
        growing.Readable.ShouldBe(Sent);
    }

    [Fact]
    public async Task Download_GoesOn_AfterARestartOfTheProcess()
    {
        var file = CacheRig.Image(4 << 20);
        var rest = new TaskCompletionSource();
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = request.Header("Range") is null ? 3 << 20 : int.MaxValue, Pause = rest.Task });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        rig.Cache.PathOf(image);
        var growing = (await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation)).ShouldBeOfType<CacheAnswer.Growing>().Image;
        while (await growing.WaitAsync(0, Cancellation) < 2 << 20) await Task.Yield();
        growing.Dispose();
        await rig.RestartAsync();
        rig.Cache.List().ShouldHaveSingleItem().Loaded.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(2 << 20);

        (await rig.LoadAsync(image))!.ShouldBe(file);
        server.Requests.Last().Header("Range").ShouldNotBeNull();
    }

    [Fact]
    public async Task Download_GoesOn_WhenTheSourceIsDownAtFirstAfterARestart()
    {
        var file = CacheRig.Image(4 << 20);
        var refusals = 0;
        await using var server = new ImageServer(request => request.Header("Range") is null
            ? ImageServer.Serve(request, file) with { PauseAt = 3 << 20, Pause = new TaskCompletionSource().Task }
            : refusals++ == 0 ? new ImageServer.Answer { Status = "503 Service Unavailable" } : ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        await rig.Cache.PrepareAsync(image, Cancellation);
        while (rig.Cache.List()[0].Loaded < 2 << 20) await Task.Yield();
        await rig.RestartAsync();

        var advancing = AdvanceAsync(rig, out var stop);
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        await stop.CancelAsync();
        await advancing;
        refusals.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task OldVersion_IsServedToEverybody_UntilTheNewOneIsWhole()
    {
        var (old, changed) = (CacheRig.Image(4 << 20, seed: 1), CacheRig.Image(3 << 20, seed: 2));
        var isChanged = false;
        await using var server = new ImageServer(request => isChanged
            ? ImageServer.Serve(request, changed, "\"new\"") with { PauseAt = 1 << 20, Pause = new TaskCompletionSource().Task }
            : ImageServer.Serve(request, old, "\"old\""));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        isChanged = true;
        rig.Time.Advance(TimeSpan.FromMinutes(6));

        var opening = rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation);
        while (rig.Cache.List()[0].Loaded is null or 0) await Task.Yield();
        rig.Time.Advance(TimeSpan.FromSeconds(4));
        (await CacheRig.ReadAsync(await opening))!.ShouldBe(old);
    }

    [Fact]
    public async Task Removal_EndsADownloadThatIsUnderWay()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image(4 << 20)) with { PauseAt = 1 << 20, Pause = new TaskCompletionSource().Task });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        await rig.Cache.PrepareAsync(image, Cancellation);
        var fetching = rig.Cache.FetchAsync(image, null, Cancellation);

        (await rig.Cache.RemoveAsync(image)).ShouldBeTrue();
        (await fetching).ShouldBe("it was called off");
        rig.Cache.List().ShouldBeEmpty();
        Directory.EnumerateFiles(System.IO.Path.Combine(rig.Path, "partial")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Download_GoesOnFromWhatWasOnTheDiskForCertain_AfterTheMachineWentDown()
    {
        var file = CacheRig.Image(4 << 20);
        await using var server = new ImageServer(request => ImageServer.Serve(request, file) with { PauseAt = request.Header("Range") is null ? 3 << 20 : int.MaxValue, Pause = new TaskCompletionSource().Task });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        await rig.Cache.PrepareAsync(image, Cancellation);
        var growing = (await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation)).ShouldBeOfType<CacheAnswer.Growing>().Image;
        while (await growing.WaitAsync(0, Cancellation) < 2 << 20) await Task.Yield();
        growing.Dispose();
        await rig.RestartAsync(() =>
        {
            // As after a power cut: another run of the machine, a mebibyte flushed, and holes behind it.
            var record = Path.Combine(rig.Path, "partial", ImageCache.KeyOf(image) + ".json");
            var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(record))!;
            (json["Boot"], json["Flushed"]) = ("another", 1 << 20);
            File.WriteAllText(record, json.ToJsonString());
            using var partial = File.OpenHandle(record[..^".json".Length], FileMode.Open, FileAccess.Write);
            RandomAccess.Write(partial, new byte[1 << 20], 1 << 20);
        });

        (await rig.LoadAsync(image))!.ShouldBe(file);
        server.Requests.Last().Header("Range").ShouldBe("bytes=1048576-");
    }

    [Fact]
    public async Task Download_BeginsAnew_WhenTheImageHasChangedSinceItWasCut()
    {
        var (old, changed) = (CacheRig.Image(4 << 20, seed: 1), CacheRig.Image(4 << 20, seed: 2));
        var asked = 0;
        await using var server = new ImageServer(request => asked++ == 0 ? ImageServer.Serve(request, old, "\"old\"") with { CutAt = 2 << 20 } : ImageServer.Serve(request, changed, "\"new\""));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        var advancing = AdvanceAsync(rig, out var stop);
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        await stop.CancelAsync();
        await advancing;
        (await rig.LoadAsync(image))!.ShouldBe(changed);
    }

    [Fact]
    public async Task TwoSourcesWithOneContent_ShareIt()
    {
        var file = CacheRig.Image();
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var (one, other) = (CacheRig.Parse(server.Root + "/one"), CacheRig.Parse(server.Root + "/other"));
        (await rig.LoadAsync(one))!.ShouldBe(file);
        (await rig.LoadAsync(other))!.ShouldBe(file);
        rig.Files().Count(name => name.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(1);

        (await rig.Cache.RemoveAsync(one)).ShouldBeTrue();
        (await rig.LoadAsync(other))!.ShouldBe(file);
        (await rig.Cache.RemoveAsync(other)).ShouldBeTrue();
        rig.Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task Image_ThatIsHere_IsServed_WhenItsSourceIsGone_AndSaysSo()
    {
        var file = CacheRig.Image();
        var gone = false;
        await using var server = new ImageServer(request => gone ? new ImageServer.Answer { Status = "404 Not Found" } : ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.LoadAsync(image))!.ShouldBe(file);
        gone = true;
        rig.Time.Advance(TimeSpan.FromMinutes(6));

        await rig.Cache.PrepareAsync(image, Cancellation);
        var whole = (await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation)).ShouldBeOfType<CacheAnswer.Whole>();
        whole.Complaint.ShouldNotBeNull().ShouldContain("answers 404");
        (await CacheRig.ReadAsync(whole))!.ShouldBe(file);
        rig.Cache.FindProblem(image).ShouldBeNull();
    }

    [Fact]
    public async Task Image_IsFetchedAgain_WhenItHasChanged_AndTheOldOneStaysWhereTheNewOneIsBroken()
    {
        var (old, changed) = (CacheRig.Image(seed: 1), CacheRig.Image(seed: 2));
        var version = 0;
        await using var server = new ImageServer(request => version switch
        {
            0 => ImageServer.Serve(request, old, "\"0\""),
            1 => ImageServer.Serve(request, changed, "\"1\"") with { Length = changed.Length + 1 },
            _ => ImageServer.Serve(request, changed, "\"2\""),
        });
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.LoadAsync(image))!.ShouldBe(old);

        version = 1;
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        var advancing = AdvanceAsync(rig, out var stop);
        await rig.Cache.FetchAsync(image, null, Cancellation);
        await stop.CancelAsync();
        await advancing;
        rig.Cache.Has(image).ShouldBeTrue();

        version = 2;
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        (await rig.Cache.FetchAsync(image, null, Cancellation)).ShouldBeNull();
        (await rig.LoadAsync(image))!.ShouldBe(changed);
        rig.Files().Count(name => name.StartsWith("content/", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task OwnFile_IsServedWhereItLies_BelowAnAllowedRootOnly()
    {
        await using var rig = new CacheRig();
        var work = Directory.CreateTempSubdirectory("roots");
        var file = CacheRig.Image(1000);
        await File.WriteAllBytesAsync(Path.Combine(work.CreateSubdirectory("allowed").FullName, "k"), file, Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(work.CreateSubdirectory("allowed-not").FullName, "k"), file, Cancellation);
        rig.AllowedRoots.Add(Path.Combine(work.FullName, "allowed"));
        await rig.RestartAsync();

        var own = CacheRig.Parse($"file://{work.FullName}/allowed/k");
        (await rig.LoadAsync(own))!.ShouldBe(file);
        await new ImageDelivery(new ImageDeliverySettings(), [], [], rig.Cache, rig.Time).PrepareAsync([own], new ImageUse(IsLasting: true), Cancellation);
        await rig.RestartAsync();
        (await CacheRig.ReadAsync(await rig.Cache.OpenAsync(ImageCache.KeyOf(own), isPart: true, Cancellation)))!.ShouldBe(file, "a machine reads its disc for as long as it runs");
        var not = CacheRig.Parse($"file://{work.FullName}/allowed-not/k");
        rig.Cache.PathOf(not);
        (await rig.Cache.OpenAsync(ImageCache.KeyOf(not), isPart: false, Cancellation)).ShouldBeOfType<CacheAnswer.Failed>().Problem.ShouldContain("lies below none of the folders of Images:AllowedRoots");
        rig.Files().ShouldNotContain(name => name.StartsWith("content/", StringComparison.Ordinal));
        work.Delete(recursive: true);
    }

    [Fact]
    public async Task Key_ThatNobodyNamed_IsUnknown_AndOneThatWas_StaysKnownAfterARestart()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, CacheRig.Image()));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        (await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation)).ShouldBeOfType<CacheAnswer.Unknown>();
        await rig.Cache.PrepareAsync(image, Cancellation);
        await rig.RestartAsync();
        (await CacheRig.ReadAsync(await rig.Cache.OpenAsync(ImageCache.KeyOf(image), isPart: false, Cancellation))).ShouldNotBeNull();
    }

    /// <summary>Moves the clock on while a download waits between its tries.</summary>
    internal static Task AdvanceAsync(CacheRig rig, out CancellationTokenSource stop)
    {
        var stopping = stop = new CancellationTokenSource();
        return Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                // Only where something waits for the clock: otherwise a source that is slow on a busy computer would seem to send nothing for minutes.
                if (rig.Time.Timers > 0) rig.Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(20, CancellationToken.None);
            }
        });
    }
}
