using BootAppliance.Images;
using BootAppliance.Nodes;

namespace BootAppliance.Tests.Commands;

/// <summary><c>image list</c> and <c>image remove</c>, from the command line to the disk.</summary>
public sealed class ImageListTests : IDisposable
{
    private readonly CommandRig rig = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task List_ShowsEachImage_AndWhatBecomesOfIt()
    {
        await using var appliance = await rig.ServeAsync($$"""
            {"images":[{"image":"debian/vmlinuz","source":"folder","state":"here","size":8388608,"older":0,"pinned":true,"evictable":false,"hits":null,"misses":null,"last_used":null,"problem":null,"format":"Linux kernel","version":"6.1","is_program":true,"signatures":[]},
                       {"image":"http://198.18.0.1/a.iso","source":"remote","state":"loading","size":1073741824,"older":3145728,"loaded":451000000,"pinned":false,"evictable":false,"hits":0,"misses":3,"last_used":"2030-01-01T12:00:00Z","problem":null,"format":null,"is_program":false,"signatures":[]},
                       {"image":"http://198.18.0.1/k","source":"remote","state":"absent","size":null,"pinned":false,"evictable":false,"hits":0,"misses":1,"last_used":null,"problem":"198.18.0.1 answers 404 Not Found","format":null,"is_program":false,"signatures":[]}]}
            """);
        var lines = (await rig.OutputOfAsync("image", "list")).Split('\n');
        lines.Length.ShouldBe(5);
        lines[1].ShouldContain("8 MiB");
        lines[1].ShouldContain("own file");
        lines[1].ShouldContain("a node needs it");
        lines[1].ShouldContain("Linux kernel 6.1");
        lines[2].ShouldContain("42 %");
        lines[2].ShouldContain("3 MiB of older versions for who reads them");
        lines[3].ShouldContain("cannot be had");
        lines[4].ShouldBe("http://198.18.0.1/k: 198.18.0.1 answers 404 Not Found");
    }

    [Fact]
    public async Task Images_AreListed_AndRemoved_UnlessANodeNeedsThem()
    {
        var kernel = new byte[1000];
        await using var source = new ImageServer(request => ImageServer.Serve(request, kernel));
        using var http = new HttpSource(TimeProvider.System, TimeSpan.FromSeconds(10));
        await using var server = await ManagementServer.StartAsync(rig.Socket, CommandRig.Clock, sources: [http]);
        Directory.CreateDirectory(Path.Combine(server.ImageFolder, "debian"));
        await File.WriteAllBytesAsync(Path.Combine(server.ImageFolder, "debian", "vmlinuz"), kernel, Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(server.ImageFolder, "needed"), kernel, Cancellation);
        ImageReference.TryParse(source.Root + "/k?token=secret", out var remote, out _).ShouldBeTrue();
        (await server.Cache.FetchAsync(remote!, null, Cancellation)).ShouldBeNull();
        await server.Cache.PrepareAsync(new ImageReference.OwnFile("/srv/live.iso"), Cancellation);
        await server.Nodes.AddAsync(new Node
        {
            Name = "demo",
            ProvisionState = ProvisionState.Active,
            Interfaces = new() { Deploy = "ramdisk" },
            InstanceInfo = JsonFields.Parse("""{"kernel": "./needed"}"""),
            Ports = [new Port { Address = MacAddress.TryParse("52:54:00:12:34:56", out var mac) ? mac : default }],
        });

        var json = await rig.OutputOfAsync("image", "list", "--json");
        json.ShouldNotContain("secret");
        var images = System.Text.Json.JsonElement.Parse(json).GetProperty("images").EnumerateArray().ToList();
        images.Select(image => (image.GetProperty("image").GetString(), image.GetProperty("pinned").GetBoolean(), image.GetProperty("evictable").GetBoolean()))
            .ShouldBe([("debian/vmlinuz", false, false), ("needed", true, false), (source.Root + "/k?...", false, true)]);

        (await rig.OutputOfAsync("image", "remove", "debian/vmlinuz")).ShouldBe("debian/vmlinuz is removed");
        File.Exists(Path.Combine(server.ImageFolder, "debian", "vmlinuz")).ShouldBeFalse();
        (await rig.OutputOfAsync("image", "remove", source.Root + "/k?...")).ShouldBe(source.Root + "/k?... is removed");
        server.Cache.List().ShouldHaveSingleItem().Reference.ShouldBeOfType<ImageReference.OwnFile>();
        foreach (var spelling in new[] { "needed", "/needed", "./needed", "//needed" })
            (await rig.RunAsync("image", "remove", spelling)).Error.ShouldContain("'needed' cannot be removed: node demo needs it");
        (await rig.RunAsync("image", "remove", "../needed")).Error.ShouldContain("leaves the image folder");
        string[] similar = [source.Root + "/k?token=a", source.Root + "/k?token=b"];
        foreach (var text in similar) (await server.Cache.FetchAsync(ImageReference.TryParse(text, out var image, out _) ? image : remote!, null, Cancellation)).ShouldBeNull();
        (await rig.RunAsync("image", "remove", source.Root + "/k?...")).Error.ShouldContain("cannot be removed: 2 images are listed so, which differ in what follows the '?'");
        (await rig.OutputOfAsync("image", "remove", similar[1])).ShouldEndWith("is removed");
        server.Cache.List().Select(state => state.Reference.ToString()).ShouldBe(["file:///srv/live.iso", similar[0]]);
        (await rig.RunAsync("image", "remove", "missing")).Error.ShouldContain("there is no image 'missing'");
        File.Exists(Path.Combine(server.ImageFolder, "needed")).ShouldBeTrue();
    }
}
