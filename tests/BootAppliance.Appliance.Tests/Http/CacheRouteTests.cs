using System.Net;
using System.Net.Http.Headers;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>A node whose kernel is elsewhere: from its script to the last byte, on good and on bad days of the source.</summary>
public sealed class CacheRouteTests
{
    /// <summary>For what is seen at once or never, in milliseconds.</summary>
    private const int TooLong = 60_000;

    private const string Mac = "52:54:00:12:34:56";

    private static readonly byte[] kernel = [.. Enumerable.Range(0, 1 << 20).Select(number => (byte)(number * 7))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kernel_FromElsewhere_IsServedFromHere_WithItsExactLength()
    {
        await using var source = new ImageServer(request => ImageServer.Serve(request, kernel));
        await using var server = await BootServer.StartAsync();
        var path = await KernelPathAsync(server, source.Root + "/debian/vmlinuz?token=1");
        path.ShouldEndWith("/vmlinuz");

        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancellation);
        head.Content.Headers.ContentLength.ShouldBe(kernel.Length);
        using var whole = await server.Client.GetAsync(path, Cancellation);
        whole.Content.Headers.ContentLength.ShouldBe(kernel.Length);
        (await whole.Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(kernel);
        using var asked = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(kernel.Length - 10, null) } };
        using var part = await server.Client.SendAsync(asked, Cancellation);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(kernel[^10..]);
        source.Requests.Count.ShouldBe(1);
        server.Events.Query(new EventQuery()).ShouldContain(seen => seen.Kind == MachineEventKind.ImageSent && seen.File == "vmlinuz");
    }

    [Fact]
    public async Task Image_FromElsewhere_ReadInPieces_IsNotAnEventForEachOfThem()
    {
        await using var source = new ImageServer(request => ImageServer.Serve(request, kernel));
        await using var server = await BootServer.StartAsync();
        var path = await KernelPathAsync(server, source.Root + "/live.iso");
        for (var sector = 0; sector < 10; sector++)
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(sector * 2048, (sector * 2048) + 2047) } };
            using var piece = await server.Client.SendAsync(asked, Cancellation);
            piece.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        }

        using var whole = await server.Client.GetAsync(path, Cancellation);
        List<string> seen = [];
        await foreach (var next in server.Events.WatchAsync(0, Cancellation))
        {
            if (next.File == "live.iso") seen.Add(next.Text);
            if (next.Kind == MachineEventKind.ImageSent) break;
        }

        seen.Count.ShouldBe(2);
        seen[0].ShouldBe("is reading live.iso in pieces, as from a disc: 2 kB so far");
        seen[1].ShouldStartWith("loaded live.iso: 1.0 MB");
    }

    [Fact]
    public async Task Disc_ThatChangesWhileAMachineReadsIt_IsReadOnAsItWas_AndRefusedWhenThatIsGone()
    {
        var (old, changed, time) = (kernel, kernel.Reverse().ToArray(), new ManualTime(TimeProvider.System.GetUtcNow()));
        var (served, tag) = (old, "\"1\"");
        await using var source = new ImageServer(request => ImageServer.Serve(request, served, tag));
        await using var server = await BootServer.StartAsync(images: time);
        var node = await server.AddAsync(Mac, ProvisionState.Active);
        await server.Nodes.UpdateAsync(node.Uuid, now => now with { InstanceInfo = JsonFields.Parse($$"""{"boot_iso": "{{source.Root}}/live.iso"}""") });
        await server.Cache.FetchAsync(Reference(source.Root + "/live.iso"), null, Cancellation);
        var disc = await DiscAsync(server);
        (await (await PartAsync(server, disc)).Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(old[..2048]);

        (served, tag) = (changed, "\"2\"");
        time.Advance(TimeSpan.FromMinutes(6));
        var next = await DiscAsync(server);
        (await (await PartAsync(server, disc)).Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(old[..2048]);
        (await (await PartAsync(server, next)).Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(changed[..2048]);

        time.Advance(TimeSpan.FromHours(23));
        (await PartAsync(server, next)).StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        time.Advance(TimeSpan.FromHours(2));
        await server.Cache.CleanAsync();
        using var gone = await PartAsync(server, disc);
        gone.StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await gone.Content.ReadAsStringAsync(Cancellation)).ShouldEndWith("is no longer here, and parts of another would not fit: start the machine again\n");
        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, disc), Cancellation);
        head.StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await SeenAsync(server, MachineEventKind.ImageRefused)).Text.ShouldStartWith($"asked for {source.Root}/live.iso and did not get it: the version that the machine began with (");

        // Who got a URL without a version, before there was one to be named, gets the image there is.
        var parts = disc.Split('/');
        (await server.Client.GetByteArrayAsync($"/cache/{parts[2]}/{parts[4]}", Cancellation)).ShouldBe(changed);
    }

    [Fact]
    public async Task Kernel_ThatStillComes_IsServed_AndAPartOfItWhenItIsWhole()
    {
        var rest = new TaskCompletionSource();
        await using var source = new ImageServer(request => ImageServer.Serve(request, kernel) with { PauseAt = 700_000, Pause = rest.Task });
        await using var server = await BootServer.StartAsync();
        var path = await KernelPathAsync(server, source.Root + "/vmlinuz");
        using var whole = await server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        whole.Content.Headers.ContentLength.ShouldBe(kernel.Length);
        using var asked = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(100, 109) } };
        var asking = server.Client.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        rest.SetResult();
        using var part = await asking;
        part.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes 100-109/{kernel.Length}");
        (await part.Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(kernel[100..110]);
        (await whole.Content.ReadAsByteArrayAsync(Cancellation)).ShouldBe(kernel);
    }

    [Fact]
    public async Task Kernel_ThatIsBrokenAtItsEnd_BreaksOffOnTheMachine_AndTheTimelineSaysWhy()
    {
        var rest = new TaskCompletionSource();
        await using var source = new ImageServer(request => ImageServer.Serve(request, kernel) with { PauseAt = 700_000, Pause = rest.Task });
        await using var server = await BootServer.StartAsync();
        var path = await KernelPathAsync(server, $"{source.Root}/vmlinuz#sha256:{new string('0', 64)}");
        using var answer = await server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        answer.Content.Headers.ContentLength.ShouldBe(kernel.Length);
        rest.SetResult();
        await Should.ThrowAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync(Cancellation));

        (await SeenAsync(server, MachineEventKind.ImageRefused)).Text.ShouldContain("its checksum is wrong");
    }

    [Fact]
    public async Task Kernel_ThatIsBroken_IsRefusedWithWords_WhereNothingOfItWasSent()
    {
        var rest = new TaskCompletionSource();
        await using var source = new ImageServer(request => ImageServer.Serve(request, kernel[..200_000]) with { PauseAt = 100_000, Pause = rest.Task });
        await using var server = await BootServer.StartAsync();
        var path = await KernelPathAsync(server, $"{source.Root}/vmlinuz#sha256:{new string('0', 64)}");
        var asking = server.Client.GetAsync(path, Cancellation);
        await UntilAsync(() => server.Cache.List().Single().Misses > 0);
        rest.SetResult();
        using var answer = await asking;
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("its checksum is wrong");
        answer.Headers.ETag.ShouldBeNull();
    }

    [Fact(Timeout = TooLong)]
    public async Task Kernel_WhoseSourceSendsNothing_IsNotTheMachinesFault()
    {
        var (image, rest, time) = (new byte[4 << 20], new TaskCompletionSource(), new ManualTime());
        await using var source = new ImageServer(request => ImageServer.Serve(request, image) with { PauseAt = 3 << 20, Pause = rest.Task });
        await using var server = await BootServer.StartAsync(downloads: time);
        using var answer = await server.Client.GetAsync(await KernelPathAsync(server, source.Root + "/vmlinuz"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var stream = await answer.Content.ReadAsStreamAsync(Cancellation);
        // All that there is: until then it is the client that is waited for, which is not told for ever.
        await stream.ReadExactlyAsync(new byte[3 << 20], Cancellation);
        var reading = stream.CopyToAsync(Stream.Null, Cancellation);
        var seen = await SeenAsTimePassesAsync(server, time, MachineEventKind.ImageUnavailable);
        seen.Text.ShouldMatch("^waits for vmlinuz, whose source has sent nothing for [0-9]+ s: it has [0-9]+ % of 4.2 MB$");
        rest.SetResult();
        await reading;
    }

    [Fact(Timeout = TooLong)]
    public async Task Kernel_ThatIsThere_AndThatTheMachineDoesNotTake_IsNotTheSourcesFault()
    {
        const int Here = 60 << 20;
        var (image, time) = (new byte[64 << 20], new ManualTime());
        await using var source = new ImageServer(request => ImageServer.Serve(request, image) with { PauseAt = Here, Pause = new TaskCompletionSource().Task });
        await using var server = await BootServer.StartAsync(downloads: time);
        using var answer = await server.Client.GetAsync(await KernelPathAsync(server, source.Root + "/vmlinuz"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await UntilAsync(() => server.Cache.List().Single().Loaded == Here);
        (await SeenAsTimePassesAsync(server, time, MachineEventKind.ImageStalled)).Text.ShouldMatch("^has taken nothing of vmlinuz for [0-9]+ s");
    }

    [Fact]
    public async Task Machine_ThatBreaksOffWhileItWaits_IsInTheTimeline()
    {
        await using var source = new ImageServer(request => ImageServer.Serve(request, kernel) with { PauseAt = 700_000, Pause = new TaskCompletionSource().Task });
        await using var server = await BootServer.StartAsync();
        var path = await KernelPathAsync(server, source.Root + "/vmlinuz");
        using (await server.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation)) { }

        await using var events = server.Events.WatchAsync(0, Cancellation).GetAsyncEnumerator(Cancellation);
        do (await events.MoveNextAsync()).ShouldBeTrue();
        while (events.Current.Kind != MachineEventKind.ImageAborted);
        events.Current.Text.ShouldStartWith("broke off while loading vmlinuz after ");
    }

    [Theory]
    [InlineData("boot.ipxe")]
    [InlineData("grub.cfg")]
    public async Task Kernel_ThatCannotBeHad_IsWaitedFor_WithTheReasonOnTheConsoleAndInTheTimeline(string name)
    {
        await using var source = new ImageServer(_ => new ImageServer.Answer { Status = "404 Not Found" });
        await using var server = await BootServer.StartAsync();
        var script = await ScriptAsync(server, source.Root + "/vmlinuz?token=secret", name);
        script.ShouldContain($"cannot boot its instance kernel now: {source.Root}/vmlinuz?...: 127.0.0.1 answers 404 Not Found.");
        script.ShouldNotContain("secret");
        script.ShouldNotContain("exit");
        server.Events.Query(new EventQuery()).ShouldContain(seen => seen.Kind == MachineEventKind.ImageUnavailable && seen.Text.Contains("answers 404 Not Found"));
    }

    [Fact]
    public async Task Deploy_FetchesWhatTheInstanceLivesBy_SoThatItsSourceMayGo()
    {
        var source = new ImageServer(request => ImageServer.Serve(request, kernel));
        await using var server = await BootServer.StartAsync();
        var node = await AddAsync(server, ProvisionState.Available, source.Root + "/vmlinuz");
        await server.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);
        await ReachedAsync(server, ProvisionState.Active);
        await source.DisposeAsync();

        var script = await server.Client.GetStringAsync($"/v1/boot/{Mac}/boot.ipxe", Cancellation);
        (await server.Client.GetByteArrayAsync(KernelPath(script), Cancellation)).ShouldBe(kernel);
        server.Events.Query(new EventQuery()).ShouldContain(seen => seen.Kind == MachineEventKind.ImageFetch && seen.NodeUuid == node.Uuid && seen.Text.StartsWith($"the appliance has {source.Root}/vmlinuz for the instance here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deploy_IsRefused_WhenAnImageCannotBeHad_AndSaysWhichAndWhy()
    {
        await using var source = new ImageServer(request => request.Path == "/vmlinuz" ? ImageServer.Serve(request, kernel) : new ImageServer.Answer { Status = "404 Not Found" });
        await using var server = await BootServer.StartAsync();
        var node = await AddAsync(server, ProvisionState.Available, source.Root + "/vmlinuz", source.Root + "/initrd");
        await server.Provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);
        await ReachedAsync(server, ProvisionState.DeployFailed);
        server.Nodes.FindByUuid(node.Uuid)!.LastError.ShouldNotBeNull().ShouldContain($"{source.Root}/initrd: 127.0.0.1 answers 404 Not Found");
    }

    [Fact]
    public async Task Key_ThatNoScriptHasNamed_IsNotFound()
    {
        await using var server = await BootServer.StartAsync();
        using var answer = await server.Client.GetAsync($"/cache/{new string('0', 32)}/vmlinuz", Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static Images.ImageReference Reference(string text) => Images.ImageReference.TryParse(text, out var reference, out var problem) ? reference : throw new ArgumentException(problem);

    private static async Task<string> DiscAsync(BootServer server)
    {
        var script = await server.Client.GetStringAsync($"/v1/boot/{Mac}/boot.ipxe", Cancellation);
        script.ShouldContain("isset ${attempt} || set attempt:int32 0", customMessage: "a machine whose version is gone comes back for a script with another");
        var url = script.Split('\n').Single(line => line.StartsWith("sanboot --no-describe http", StringComparison.Ordinal)).Split(' ')[2];
        return new Uri(url).PathAndQuery;
    }

    private static async Task<HttpResponseMessage> PartAsync(BootServer server, string path)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(0, 2047) } };
        return await server.Client.SendAsync(asked, Cancellation);
    }

    private static async Task<string> KernelPathAsync(BootServer server, string kernel)
    {
        return KernelPath(await ScriptAsync(server, kernel, "boot.ipxe"));
    }

    private static string KernelPath(string script)
    {
        var url = script.Split('\n').Single(line => line.StartsWith("kernel ", StringComparison.Ordinal)).Split(' ')[3];
        url.ShouldStartWith("http://192.0.2.1/cache/");
        return new Uri(url).PathAndQuery;
    }

    private static async Task<string> ScriptAsync(BootServer server, string kernel, string name)
    {
        await AddAsync(server, ProvisionState.Active, kernel);
        return await server.Client.GetStringAsync($"/v1/boot/{Mac}/{name}", Cancellation);
    }

    private static async Task<Node> AddAsync(BootServer server, ProvisionState state, string kernel, string? ramdisk = null)
    {
        var node = await server.AddAsync(Mac, state);
        return await server.Nodes.UpdateAsync(node.Uuid, old => old with { InstanceInfo = JsonFields.Parse(ramdisk is null ? $$"""{"kernel": "{{kernel}}"}""" : $$"""{"kernel": "{{kernel}}", "ramdisk": "{{ramdisk}}"}""") });
    }

    private static async Task<MachineEvent> SeenAsync(BootServer server, MachineEventKind kind)
    {
        await using var events = server.Events.WatchAsync(0, Cancellation).GetAsyncEnumerator(Cancellation);
        do (await events.MoveNextAsync()).ShouldBeTrue();
        while (events.Current.Kind != kind);
        return events.Current;
    }

    private static async Task<MachineEvent> SeenAsTimePassesAsync(BootServer server, ManualTime time, MachineEventKind kind)
    {
        var seeing = SeenAsync(server, kind);
        while (!seeing.IsCompleted)
        {
            await Task.WhenAny(seeing, time.TimerSetAsync(Cancellation));
            time.Advance(TimeSpan.FromSeconds(10));
        }

        return await seeing;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo()) await Task.Delay(10, Cancellation);
    }

    private static async Task ReachedAsync(BootServer server, ProvisionState state)
    {
        await using var events = server.Events.WatchAsync(0, Cancellation).GetAsyncEnumerator(Cancellation);
        do
        {
            (await events.MoveNextAsync()).ShouldBeTrue();
            if (state != ProvisionState.DeployFailed) events.Current.State.ShouldNotBe(ProvisionState.DeployFailed, events.Current.Text);
        }
        while (events.Current is not { Kind: MachineEventKind.StateChanged } seen || seen.State != state);
    }
}
