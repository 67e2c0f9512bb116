using BootAppliance.Http.Files;

namespace BootAppliance.Tests;

public sealed class DownloadWatchTests
{
    private readonly ManualTime time = new();
    private readonly List<string> told = [];

    [Fact]
    public void LongDownload_IsToldAtItsQuarters()
    {
        using var watch = Watch(400);
        for (var taken = 10; taken <= 400; taken += 10)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            watch.Taken(taken, 400);
        }

        told.ShouldBe(["100 of 400 after 10", "200 of 400 after 20", "300 of 400 after 30"]);
    }

    [Fact]
    public void ShortDownload_IsNotTold()
    {
        using var watch = Watch(400);
        for (var taken = 100; taken <= 400; taken += 100)
        {
            watch.Taken(taken, 400);
            time.Advance(TimeSpan.FromSeconds(1.2));
        }

        told.ShouldBeEmpty();
    }

    [Fact]
    public void PartOfAFile_HasQuartersOfItsOwn()
    {
        using var watch = Watch(400);
        time.Advance(TimeSpan.FromSeconds(6));
        watch.Taken(10, 40);
        told.ShouldBe(["10 of 40 after 6"]);
    }

    [Fact]
    public void Stall_IsToldOnce_AndThatItGoesOn_ThreeTimesAtMost()
    {
        using var watch = Watch(1000);
        for (var taken = 1; taken <= 5; taken++)
        {
            time.Advance(TimeSpan.FromSeconds(9));
            watch.Taken(taken, 1000);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        told.ShouldBe(
        [
            "1 of 1000, nothing for 10", "2 of 1000 after 78",
            "2 of 1000, nothing for 10", "3 of 1000 after 147",
            "3 of 1000, nothing for 10", "4 of 1000 after 216",
        ]);
    }

    [Fact]
    public void ClientThatTakesNothingAtAll_HasStalled()
    {
        using var watch = Watch(1000);
        time.Advance(TimeSpan.FromSeconds(11));
        told.ShouldBe(["0 of 1000, nothing for 10"]);
    }

    [Fact]
    public void EndedDownload_IsToldNoMore()
    {
        Watch(1000).Dispose();
        using var complete = Watch(10);
        complete.Taken(10, 10);
        time.Advance(TimeSpan.FromMinutes(1));
        told.ShouldBeEmpty();
    }

    private DownloadWatch Watch(long length) => new(length, time, state => told.Add(state.Silence is { } silence
        ? $"{state.Bytes} of {state.Length}, nothing for {silence.TotalSeconds:0}"
        : $"{state.Bytes} of {state.Length} after {state.Duration.TotalSeconds:0}"));
}
