using System.Net;
using System.Net.Http.Headers;
using BootAppliance.Firmware;
using BootAppliance.Http;
using BootAppliance.Netboot;
using BootAppliance.Nodes;
using BootAppliance.Tests.Access;
using BootAppliance.Tftp.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BootAppliance.Tests;

public sealed class BootPlaneTests
{
    private const string Mac = "52:54:00:12:34:56";

    [Theory]
    [InlineData("52:54:00:12:34:56")]
    [InlineData("52-54-00-12-34-56")]
    [InlineData("525400123456")]
    [InlineData("5254.0012.3456")]
    [InlineData("01-52-54-00-12-34-56")]
    public async Task BootConfig_KnowsTheNode_InAnyNotationOfItsMac(string mac)
    {
        await using var server = await BootServer.StartAsync();
        await server.AddAsync(Mac, ProvisionState.Active);
        var script = await server.Client.GetStringAsync(new Uri($"/v1/boot/{mac}/boot.ipxe", UriKind.Relative));
        script.ShouldStartWith("#!ipxe\n");
        script.ShouldContain("kernel --name kernel http://192.0.2.1/images/vmlinuz initrd=initrd0 console=ttyS0");
    }

    [Fact]
    public async Task BootConfig_AnswersEveryFailureAlike()
    {
        await using var server = await BootServer.StartAsync();
        await server.AddAsync(Mac, ProvisionState.Available);
        await File.WriteAllTextAsync(Path.Combine(server.ImageFolder, "vmlinuz"), "kernel");
        string[] requests =
        [
            $"GET /v1/boot/{Mac}/boot.ipxe",              // a node, in a state without network boot
            $"GET /v1/boot/{Mac}/grub.cfg",               // the same in GRUB's words
            $"GET /v1/boot/{Mac}/pxelinux.cfg",           // a node, another name
            "GET /v1/boot/52:54:00:00:00:01/grub.cfg",
            "GET /v1/boot/autoexec.ipxe",
            "GET /boot/nonsense/grub.cfg",
            "GET /v1/boot/52:54:00:00:00:01/boot.ipxe",   // no node
            "GET /v1/boot/nonsense/boot.ipxe",            // no MAC address
            "GET /v1/boot/",
            "GET /v1/boot",
            $"GET /v1/boot/{Mac}",
            $"GET /v1/boot/{Mac}/boot.ipxe/more",
            $"GET /v1/boot/{Mac}/sub/boot.ipxe",
            "GET /v1/boot/x.y",
            "GET /pxelinux.0",
            $"POST /v1/boot/{Mac}/boot.ipxe",
            $"DELETE /v1/boot/{Mac}/boot.ipxe",
            "POST /boot.ipxe",
            "POST /autoexec.ipxe",
            "POST /images/vmlinuz",
            "PUT /firmware/ipxe.efi",
            "OPTIONS /boot.ipxe",
            "GET /v1/nodes",
        ];
        var answers = new HashSet<string>();
        foreach (var request in requests) answers.Add(await RawHttp.AskAsync(server.Root, request));
        answers.ShouldHaveSingleItem().ShouldBe("HTTP/1.1 404 Not Found|Content-Length: 10|Connection: close|Content-Type: text/plain; charset=utf-8||Not Found|");
    }

    [Fact]
    public async Task Route_DecidesOnItsMethod_ForMachinesOfTheProvisioningSubnets()
    {
        static void Report(IEndpointRouteBuilder routes) => routes.MapPost("/report/{node}", (string node) => Results.Accepted());
        await using var server = await BootServer.StartAsync(more: Report);
        await using var foreign = await BootServer.StartAsync(serves: _ => false, more: Report);

        (await RawHttp.AskAsync(server.Root, "POST /report/web1")).ShouldStartWith("HTTP/1.1 202 ");
        foreach (var (root, request) in ((Uri, string)[])[(server.Root, "GET /report/web1"), (server.Root, "POST /report"), (foreign.Root, "POST /report/web1")])
            (await RawHttp.AskAsync(root, request)).ShouldBe("HTTP/1.1 404 Not Found|Content-Length: 10|Connection: close|Content-Type: text/plain; charset=utf-8||Not Found|", request);
    }

    [Fact]
    public async Task CatchAll_HasNoHeader_ThatFirmwareStumblesOver()
    {
        await using var server = await BootServer.StartAsync();
        var answer = await RawHttp.AskAsync(server.Root, "GET //boot.ipxe");
        var head = answer[..answer.IndexOf("||", StringComparison.Ordinal)].Split('|');
        head[0].ShouldBe("HTTP/1.1 200 OK");
        head.Skip(1).Select(line => line.Split(": ")[0]).ShouldBe(["Content-Length", "Content-Type", "Cache-Control", "Connection"], ignoreOrder: true);
        head.ShouldAllBe(line => !line.EndsWith(": ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/autoexec.ipxe")]
    [InlineData("/firmware/autoexec.ipxe")]
    [InlineData("//firmware//AutoExec.IPXE")]
    [InlineData("/images/debian/autoexec.ipxe")]
    [InlineData("/some/where/else/autoexec.ipxe")]
    [InlineData("/Boot%5CiPXE%5Cautoexec.ipxe")]
    public async Task Autoexec_IsAtEveryPrefix(string path)
    {
        await using var server = await BootServer.StartAsync();
        var answer = await RawHttp.AskAsync(server.Root, "GET " + path);
        answer.ShouldStartWith("HTTP/1.1 200 OK|");
        answer.ShouldContain("||#!ipxe|");
        answer.ShouldContain("|ifconf --configurator dhcp || dhcp || ifstat|chain --replace --autofree http://192.0.2.1/boot.ipxe |||");
        (await FirstEventAsync(server)).Kind.ShouldBe(MachineEventKind.AutoexecFetched);
    }

    [Theory]
    [InlineData("/firmware/grub/x86_64-efi/grub.cfg")]
    [InlineData("/grub/grub.cfg")]
    [InlineData("/grub.cfg")]
    [InlineData("/elsewhere/grub.cfg-01-52-54-00-12-34-56")]
    [InlineData("/images/grub.cfg-01-52-54-00-12-34-56")]
    public async Task GrubCatchAll_IsAtEveryPrefix(string path)
    {
        await using var server = await BootServer.StartAsync();
        (await RawHttp.AskAsync(server.Root, "GET " + path)).ShouldContain("source (http,192.0.2.1)/boot/${net_default_mac}/grub.cfg|");
        (await FirstEventAsync(server)).Text.ShouldStartWith("GRUB fetched ");
    }

    [Theory]
    [InlineData("autoexec.ipxe", "#!ipxe\n")]
    [InlineData("/Boot\\iPXE\\AUTOEXEC.IPXE", "#!ipxe\n")]
    [InlineData("//deep//er/autoexec.ipxe", "#!ipxe\n")]
    [InlineData("/grub/grub.cfg", "# BootAppliance: finds the GRUB configuration")]
    [InlineData("/grub/grub.cfg-01-52-54-00-12-34-56", "# BootAppliance: finds the GRUB configuration")]
    [InlineData("/grub/grub.cfg-01-52-54-00-00-00-01", "# BootAppliance: finds the GRUB configuration")]
    [InlineData("v1/boot/52:54:00:12:34:56/grub.cfg", "# BootAppliance: finds the GRUB configuration")]
    [InlineData("/grub/grub.cfg-C0000264", null)]
    public async Task Tftp_HasTheSameFiles(string asked, string? begin)
    {
        await using var server = await BootServer.StartAsync();
        await server.AddAsync(Mac, ProvisionState.Active);
        byte[] datagram = [0, 1, .. System.Text.Encoding.ASCII.GetBytes(asked), 0, .. "octet"u8, 0];
        TftpReadRequest.TryParse(datagram, new IPEndPoint(IPAddress.Loopback, 1069), out var request).ShouldBe(TftpDropReason.None);
        using var file = await server.Catalog.OpenAsync(request!, TestContext.Current.CancellationToken);
        if (begin is null) file.ShouldBeNull();
        else file!.Length.ShouldBeGreaterThan(100);
        (server.Catalog.Find(request!.FileName, IPAddress.Loopback) as ServedFile.Generated)?.Text.ShouldStartWith(begin!);
    }

    [Fact]
    public async Task OwnAutoexec_GoesFirst()
    {
        await using var server = await BootServer.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(server.OwnFolder, "autoexec.ipxe"), "#!ipxe\necho mine\n");
        (await server.Client.GetStringAsync(new Uri("/firmware/autoexec.ipxe", UriKind.Relative))).ShouldBe("#!ipxe\necho mine\n");
        (await server.Client.GetStringAsync(new Uri("/elsewhere/autoexec.ipxe", UriKind.Relative))).ShouldContain("boot.ipxe");
        (await FirstEventAsync(server)).Kind.ShouldBe(MachineEventKind.AutoexecFetched);
    }

    [Fact]
    public async Task GrubConfiguration_IsMadeForTheNode_AndForEveryOtherMachine()
    {
        await using var server = await BootServer.StartAsync(UnknownNodeAction.Discover);
        await server.AddAsync(Mac, ProvisionState.Active);
        (await server.Client.GetStringAsync(new Uri($"/v1/boot/{Mac}/grub.cfg", UriKind.Relative)))
            .ShouldContain("if linux '(http,192.0.2.1)/images/vmlinuz' 'console=ttyS0' 'BOOTIF=01-52-54-00-12-34-56'; then");
        (await server.Client.GetStringAsync(new Uri($"/boot/{Mac}/grub.cfg", UriKind.Relative))).ShouldContain("if linux ");
        (await server.Client.GetStringAsync(new Uri("/boot/52:54:00:aa:bb:cc/grub.cfg", UriKind.Relative))).ShouldContain("bootappliance node adopt 52:54:00:aa:bb:cc NAME");
        server.Discovered.All.ShouldHaveSingleItem().Macs.ShouldHaveSingleItem().ToString().ShouldBe("52:54:00:aa:bb:cc");
    }

    [Theory]
    [InlineData("GET", "//firmware//shimx64.efi")]
    [InlineData("HEAD", "//firmware//shimx64.efi")]
    [InlineData("GET", "/firmware/EFI/debian/GRUBX64.EFI")]
    [InlineData("HEAD", "/FIRMWARE/grub/mmx64.efi")]
    public async Task Loader_IsAnsweredAtOnce_WithItsExactLength_InAnyFolder(string method, string path)
    {
        await using var server = await BootServer.StartAsync();
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(server.Root.Host, server.Root.Port);
        var stream = tcp.GetStream();
        var length = FirmwareCatalog.Load().Find(Path.GetFileName(path))!.Content.Length;
        // Twice on one connection: firmware asks HEAD, then GET, and keeps it alive.
        for (var round = 0; round < 2; round++)
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {server.Root.Authority}\r\n\r\n"));
            var head = await ReadHeadAsync(stream);
            head[0].ShouldBe("HTTP/1.1 200 OK");
            head.ShouldContain($"Content-Length: {length}");
            head.ShouldNotContain(line => line.StartsWith("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Location", StringComparison.OrdinalIgnoreCase));
            head.ShouldNotContain(line => line.StartsWith("Connection: close", StringComparison.OrdinalIgnoreCase));
            head.Skip(1).ShouldAllBe(line => line.Split(": ", 2).Length == 2 && line.Split(": ", 2)[1].Length > 0);
            if (method == "GET") await stream.ReadExactlyAsync(new byte[length]);
        }
    }

    [Theory]
    [InlineData("/boot.ipxe")]
    [InlineData("/firmware/undionly.kpxe")]
    [InlineData("/autoexec.ipxe")]
    [InlineData("/grub/grub.cfg")]
    [InlineData("/images/vmlinuz")]
    [InlineData("/v1/boot/52-54-00-12-34-56/boot.ipxe")]
    public async Task Head_AnswersLikeGet_WithoutABody(string path)
    {
        await using var server = await BootServer.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(server.ImageFolder, "vmlinuz"), "kernel");
        await server.AddAsync(Mac, ProvisionState.Active);
        using var get = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        get.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe((await get.Content.ReadAsByteArrayAsync()).Length);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Image_ComesWhole_InRanges_AndNotAtAllWhenItIsKnown()
    {
        await using var server = await BootServer.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(server.ImageFolder, "vmlinuz"), "0123456789");
        var path = new Uri("/images/vmlinuz", UriKind.Relative);
        using var whole = await server.Client.GetAsync(path);
        (await whole.Content.ReadAsStringAsync()).ShouldBe("0123456789");
        whole.Headers.AcceptRanges.ShouldBe(["bytes"]);
        var tag = whole.Headers.ETag!;

        using var part = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(2, 4) } });
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        part.Content.Headers.ContentRange!.ToString().ShouldBe("bytes 2-4/10");
        (await part.Content.ReadAsStringAsync()).ShouldBe("234");

        using var outside = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(20, 30) } });
        outside.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);

        using var known = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { tag } } });
        known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("/images/../secret")]
    [InlineData("/images/%2e%2e/secret")]
    [InlineData("/images/..%2fsecret")]
    [InlineData("/images/%2e%2e%2fsecret")]
    [InlineData("/images/..%5csecret")]
    [InlineData("/images/..\\secret")]
    [InlineData("/images/x/../../secret")]
    [InlineData("/images/link")]
    [InlineData("/images/%00")]
    [InlineData("/images/")]
    [InlineData("/firmware/../secret")]
    [InlineData("/firmware/manifest.yaml")]
    public async Task Files_OutsideTheirFolder_DoNotExist(string path)
    {
        await using var server = await BootServer.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(server.ImageFolder, "..", "secret"), "secret");
        File.CreateSymbolicLink(Path.Combine(server.ImageFolder, "link"), Path.Combine(server.ImageFolder, "..", "secret"));
        var answer = await RawHttp.AskAsync(server.Root, "GET " + path);
        answer.ShouldNotContain("secret|");
        answer.ShouldMatch("^HTTP/1.1 40[04] ");
    }

    [Fact]
    public void Path_IsLoggedWithoutWhatSpeaksToATerminal()
    {
        using var log = new LogLines();
        BootLog.OutsideRoot(log, IPAddress.Parse("192.0.2.100"), "../\u001b]0;mine\u0007/a b");
        log.All.ShouldBe(["Warning: 192.0.2.100: asked for ../%1B%5D0%3Bmine%07/a%20b, which leads out of the folder that is served; refused"]);
    }

    [Fact]
    public async Task Stranger_OutsideTheProvisioningSubnets_SeesNothing()
    {
        await using var server = await BootServer.StartAsync(serves: _ => false);
        (await RawHttp.AskAsync(server.Root, "GET /boot.ipxe")).ShouldStartWith("HTTP/1.1 404 Not Found");
    }

    [Theory]
    [InlineData("node_uuid")]
    [InlineData("port_address")]
    public async Task IpxeConfig_PrintsTheProblem_ForANodeWithoutNetworkBoot(string parameter)
    {
        await using var server = await BootServer.StartAsync();
        var node = await server.AddAsync(Mac, ProvisionState.Available);
        var value = parameter == "node_uuid" ? node.Uuid.ToString() : Mac;
        var expected = "state 'available' has no network boot";
        (await server.Client.GetStringAsync(new Uri($"/v1/drivers/ipmi/vendor_passthru/ipxe_config?{parameter}={value}", UriKind.Relative))).ShouldContain(expected);
        (await server.Client.GetStringAsync(new Uri($"/v1/drivers/ipmi/vendor_passthru?method=ipxe_config&{parameter}={value}", UriKind.Relative))).ShouldContain(expected);
    }

    [Fact]
    public async Task Fallback_RecordsAStranger_ForAdoption()
    {
        await using var server = await BootServer.StartAsync(UnknownNodeAction.Discover);
        var script = await server.Client.GetStringAsync(new Uri(
            "/boot/fallback.ipxe?macs=52-54-00-aa-bb-cc.52-54-00-aa-bb-cd.&platform=efi&arch=x86_64&uuid=&manufacturer=Some%20Maker&product=&serial=", UriKind.Relative));
        script.ShouldContain("bootappliance node adopt 52:54:00:aa:bb:cc NAME");
        var machine = server.Discovered.All.ShouldHaveSingleItem();
        machine.Macs.Select(mac => mac.ToString()).ShouldBe(["52:54:00:aa:bb:cc", "52:54:00:aa:bb:cd"]);
        machine.Manufacturer.ShouldBe("Some Maker");
        machine.Product.ShouldBeNull();
        var node = await server.Discovered.AdoptAsync(machine.Macs[0], "found");
        server.Nodes.FindByName("found")!.Uuid.ShouldBe(node.Uuid);
    }

    private static async Task<MachineEvent> FirstEventAsync(BootServer server)
    {
        await foreach (var seen in server.Events.WatchAsync(0, TestContext.Current.CancellationToken)) return seen;
        throw new InvalidOperationException("the log has ended");
    }

    private static async Task<List<string>> ReadHeadAsync(Stream stream)
    {
        var text = new List<byte>();
        var one = new byte[1];
        while (!text.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            await stream.ReadExactlyAsync(one);
            text.Add(one[0]);
        }

        return [.. System.Text.Encoding.ASCII.GetString([.. text]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];
    }

    [Fact]
    public async Task Download_IsInTheTimeline_WithItsSize()
    {
        await using var server = await BootServer.StartAsync();
        await File.WriteAllBytesAsync(Path.Combine(server.ImageFolder, "initrd.img"), new byte[300_000]);
        await server.AddAsync(Mac, ProvisionState.Active);
        using (var missing = await server.Client.GetAsync(new Uri("/images/missing.img", UriKind.Relative))) missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await server.Client.GetByteArrayAsync(new Uri("/images/initrd.img", UriKind.Relative));
        await foreach (var seen in server.Events.WatchAsync(0, TestContext.Current.CancellationToken))
        {
            if (seen.Kind == MachineEventKind.ImageRefused) seen.Text.ShouldStartWith("asked for missing.img and did not get it: there is no such file below ");
            if (seen.Kind != MachineEventKind.ImageSent) continue;
            seen.Bytes.ShouldBe(300_000);
            seen.File.ShouldBe("initrd.img");
            seen.Mac!.Value.ToString().ShouldBe(Mac);
            return;
        }
    }

    [Fact]
    public async Task Image_ReadInPieces_IsNotAnEventForEachOfThem()
    {
        await using var server = await BootServer.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(server.ImageFolder, "live.iso"), "0123456789");
        var path = new Uri("/images/live.iso", UriKind.Relative);
        for (var sector = 0; sector < 10; sector++)
        {
            using var piece = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(sector, sector) } });
            piece.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        }

        using var whole = await server.Client.GetAsync(path);
        List<string> seen = [];
        await foreach (var next in server.Events.WatchAsync(0, TestContext.Current.CancellationToken))
        {
            seen.Add(next.Text);
            if (next.Kind == MachineEventKind.ImageSent) break;
        }

        seen.Count.ShouldBe(2);
        seen[0].ShouldBe("is reading live.iso in pieces, as from a disc: 1 bytes so far");
        seen[1].ShouldStartWith("loaded live.iso: 10 bytes");
    }

    [Fact]
    public async Task StalledDownload_IsInTheTimeline_BeforeItBreaks()
    {
        const int Length = 64_000_000; // far more than the buffers between the two hold
        var time = new ManualTime();
        await using var server = await BootServer.StartAsync(downloads: time);
        await using (var image = File.Create(Path.Combine(server.ImageFolder, "initrd.img"))) image.SetLength(Length);
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(server.Root.Host, server.Root.Port, TestContext.Current.CancellationToken);
        var stream = tcp.GetStream();
        await stream.WriteAsync("GET /images/initrd.img HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await ReadHeadAsync(stream);
        using var passing = new CancellationTokenSource();
        var clock = PassAsync(time, passing.Token);
        List<MachineEventKind> kinds = [];
        await foreach (var seen in server.Events.WatchAsync(0, TestContext.Current.CancellationToken))
        {
            kinds.Add(seen.Kind);
            if (seen.Kind == MachineEventKind.ImageSent) break;
            if (seen.Kind != MachineEventKind.ImageStalled) continue;
            await passing.CancelAsync();
            await clock;
            seen.Text.ShouldMatch("^has taken nothing of initrd.img for [0-9]+ s: it has [0-9]+ % of 64.0 MB$");
            await stream.ReadExactlyAsync(new byte[Length], TestContext.Current.CancellationToken);
        }

        kinds.Distinct().ShouldBe([MachineEventKind.ImageStalled, MachineEventKind.ImageProgress, MachineEventKind.ImageSent]);
    }

    [Fact]
    public async Task ImageThatBecomesShorterWhileItIsSent_IsInTheTimeline()
    {
        const int Length = 64_000_000; // far more than the buffers between the two hold
        await using var server = await BootServer.StartAsync();
        await using var image = new FileStream(Path.Combine(server.ImageFolder, "initrd.img"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        image.SetLength(Length);
        using var machine = await RawConnection.OpenAsync(server.Root);
        await machine.SendAsync("GET /images/initrd.img HTTP/1.1\r\nHost: x\r\n\r\n");
        (await machine.ReadHeadAsync()).Status.ShouldBe(200);

        image.SetLength(1);

        (await machine.ReadBodyAsync(Length)).ShouldBeLessThan(Length);
        await foreach (var seen in server.Events.WatchAsync(0, TestContext.Current.CancellationToken))
        {
            seen.Kind.ShouldBe(MachineEventKind.ImageRefused);
            seen.Text.ShouldMatch("^asked for initrd.img and did not get it: the file ended [0-9]+ bytes early: it became shorter while it was sent$");
            break;
        }
    }

    /// <summary>Lets ten seconds pass again and again: nobody sees from outside when the buffers between the two are full.</summary>
    private static async Task PassAsync(ManualTime time, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
