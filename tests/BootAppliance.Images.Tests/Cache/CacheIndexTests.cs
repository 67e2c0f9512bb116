using System.Text.Json;
using BootAppliance.Images;

namespace BootAppliance.Tests;

/// <summary>The index on the disk: written late, by an earlier release, or damaged.</summary>
public sealed class CacheIndexTests
{
    private static readonly byte[] file = CacheRig.Image(10_000), before = CacheRig.Image(10_000, seed: 2);

    [Fact]
    public async Task Uses_AreSavedLater_WhenTheDiskWasFull()
    {
        await using var server = new ImageServer(request => ImageServer.Serve(request, file));
        await using var rig = new CacheRig();
        var image = CacheRig.Parse(server.Root + "/k");
        for (var loads = 0; loads < 2; loads++) (await rig.LoadAsync(image))!.ShouldBe(file);
        var record = Path.Combine(rig.Path, "references", ImageCache.KeyOf(image) + ".json");
        var inTheWay = Directory.CreateDirectory(record + ".tmp");
        await rig.Cache.CleanAsync();
        Hits().ShouldBe(0);
        inTheWay.Delete();
        await rig.Cache.CleanAsync();
        Hits().ShouldBe(1);

        int Hits() => JsonDocument.Parse(File.ReadAllBytes(record)).RootElement.GetProperty("Hits").GetInt32();
    }

    [Fact]
    public async Task Index_OfTheEarlierFormat_IsRead_AndWhatItWasReplacingGoes()
    {
        await using var rig = new CacheRig();
        var image = CacheRig.Parse("http://198.18.0.1/k");
        await rig.RestartAsync(() =>
        {
            Put(rig, file);
            Put(rig, before);
            Write(rig, image, $$"""
                {"Reference":"{{image}}","Content":"{{CacheRig.Sha256(file)}}","Previous":"{{CacheRig.Sha256(before)}}","Size":{{file.Length}},"ETag":"\u00221\u0022",
                "LastModified":null,"Fetched":"2026-01-02T03:04:05.6789+00:00","LastUsed":"2026-01-02T03:04:05.6789+00:00","Hits":3,"Misses":1}
                """);
        });

        var state = rig.Cache.List().ShouldHaveSingleItem();
        (state.Sha256, state.Hits, state.Older).ShouldBe((CacheRig.Sha256(file), 3, 0));
        rig.Files().ShouldBe([$"content/{CacheRig.Sha256(file)}", $"references/{ImageCache.KeyOf(image)}.json"]);
        (await File.ReadAllTextAsync(Path.Combine(rig.Path, rig.Files()[1]), TestContext.Current.CancellationToken)).ShouldNotContain("Previous");
    }

    [Theory]
    [InlineData("\"Content\":\"abc\"")]
    [InlineData("\"Content\":\"../../lock\",\"Older\":[]")]
    [InlineData("\"Previous\":\"../lock\"")]
    [InlineData("\"Older\":null")]
    [InlineData("\"Older\":[null]")]
    [InlineData("\"Older\":[{\"Content\":null}]")]
    [InlineData("\"Older\":[{\"Content\":\"../lock\",\"Size\":0}]")]
    public async Task Record_ThatIsDamaged_IsNothing_AndHarmsNothing(string damaged)
    {
        await using var rig = new CacheRig();
        var image = CacheRig.Parse("http://198.18.0.1/k");
        await rig.RestartAsync(() => Write(rig, image, $$"""{"Reference":"{{image}}",{{damaged}}}"""));
        rig.Cache.List().ShouldBeEmpty();
        File.Exists(Path.Combine(rig.Path, "lock")).ShouldBeTrue();
        rig.Cache.PathOf(image).ShouldBe($"cache/{ImageCache.KeyOf(image)}/k");
    }

    private static void Put(CacheRig rig, byte[] content) => File.WriteAllBytes(Path.Combine(rig.Path, "content", CacheRig.Sha256(content)), content);

    private static void Write(CacheRig rig, ImageReference image, string json) => File.WriteAllText(Path.Combine(rig.Path, "references", ImageCache.KeyOf(image) + ".json"), json);
}
