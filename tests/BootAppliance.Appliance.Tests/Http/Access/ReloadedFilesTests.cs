using BootAppliance.Http.Access;

namespace BootAppliance.Tests.Access;

public sealed class ReloadedFilesTests : IDisposable
{
    private readonly AccessFolder folder = new();
    private readonly ManualTime time = new();
    private readonly LogLines log = new();
    private int readings;

    public void Dispose()
    {
        log.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void File_IsReadAgain_WhenItHasChanged_AndLookedAtOnceASecond()
    {
        var files = Open("one");
        folder.Write(Path, "two");
        files.Current.Summary.ShouldBe("one");

        time.Advance(TimeSpan.FromSeconds(1));
        files.Current.Summary.ShouldBe("two");
        files.Current.ShouldBeSameAs(files.Current);

        time.Advance(TimeSpan.FromHours(1));
        files.Current.Summary.ShouldBe("two");
        readings.ShouldBe(2);
        log.All.ShouldBe([$"Information: {Path} changed and is in force: two"]);
    }

    [Fact]
    public void File_ThatIsBroken_LeavesTheOldOneInForce_AndSaysItOnce()
    {
        var files = Open("one");
        folder.Write(Path, "broken");
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            files.Current.Summary.ShouldBe("one");
        }

        log.All.ShouldBe(["Warning: Api:Test: it is broken. What was read before stays in force"]);
        folder.Write(Path, "two");
        time.Advance(TimeSpan.FromSeconds(1));
        files.Current.Summary.ShouldBe("two");
    }

    [Fact]
    public void File_ThatCouldNotBeRead_IsTriedAgain_ThoughItLooksTheSame()
    {
        var files = Open("one");
        folder.Write(Path, "two");
        refuses = true;
        time.Advance(TimeSpan.FromSeconds(1));
        files.Current.Summary.ShouldBe("one");

        refuses = false;
        time.Advance(TimeSpan.FromSeconds(1));
        files.Current.Summary.ShouldBe("two");
    }

    [Fact]
    public void File_BehindASymbolicLink_IsTheOneThatIsLookedAt()
    {
        folder.Write(folder.PathOf("real"), "one");
        File.CreateSymbolicLink(Path, folder.PathOf("real"));
        var files = new ReloadedFiles<Text>([Path], Read, time, log);
        folder.Write(folder.PathOf("real"), "two");
        time.Advance(TimeSpan.FromSeconds(1));

        files.Current.Summary.ShouldBe("two");
    }

    [Fact]
    public void File_ThatIsBrokenAtStart_IsTheCallersProblem() => Should.Throw<AccessFileException>(() => Open("broken")).Key.ShouldBe("Api:Test");

    private bool refuses;

    private string Path => folder.PathOf("file");

    private ReloadedFiles<Text> Open(string text)
    {
        folder.Write(Path, text);
        return new ReloadedFiles<Text>([Path], Read, time, log);
    }

    private Text Read()
    {
        readings++;
        var text = File.ReadAllText(Path);
        return text == "broken" || refuses ? throw new AccessFileException("Api:Test", "it is broken") : new Text(text);
    }

    private sealed record Text(string Summary) : IAccessFile
    {
        public IReadOnlyList<AccessWarning> Warnings => [];
    }
}
