using BootAppliance.Commands.Output;

namespace BootAppliance.Tests.Commands;

public sealed class ProgressLineTests : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly ManualTime time = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public void Show_DrawsABar_WithRateAndRemainingTime()
    {
        var line = new ProgressLine(Terminal(), "x.iso", onTerminal: true);
        line.Show(100 * Mebibyte, 400 * Mebibyte);
        time.Advance(TimeSpan.FromSeconds(2));
        line.Show(200 * Mebibyte, 400 * Mebibyte);
        line.End();
        output.ToString().Split('\r')[1..].ShouldBe(
        [
            "x.iso  [######------------------]  25 %  100 MiB of 400 MiB\e[K",
            "x.iso  [############------------]  50 %  200 MiB of 400 MiB  50 MiB/s  0:04 left\e[K",
            "\e[K",
        ]);
    }

    [Fact]
    public void Show_WritesALineNowAndThen_WhereNobodyLooks()
    {
        var line = new ProgressLine(Terminal(), "x.iso", onTerminal: false);
        for (var i = 0; i <= 24; i++)
        {
            line.Show(i * Mebibyte, 24 * Mebibyte);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        line.Show(24 * Mebibyte, 24 * Mebibyte);
        line.End();
        error.ToString().TrimEnd().ReplaceLineEndings("\n").ShouldBe("""
            x.iso: 0 %  0 B of 24 MiB
            x.iso: 41 %  10 MiB of 24 MiB  1 MiB/s  0:14 left
            x.iso: 83 %  20 MiB of 24 MiB  1 MiB/s  0:04 left
            x.iso: 100 %  24 MiB of 24 MiB  1 MiB/s
            """);
        output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Show_SaysWhatIsKnown_OfAnImageOfUnknownLength()
    {
        var line = new ProgressLine(Terminal(), "x.iso", onTerminal: false);
        line.Show(0, null);
        time.Advance(TimeSpan.FromSeconds(10));
        line.Show(30 * Mebibyte, null);
        error.ToString().TrimEnd().ReplaceLineEndings("\n").ShouldBe("x.iso: 0 B\nx.iso: 30 MiB  3 MiB/s");
    }

    private Terminal Terminal() => new(output, error, isTerminal: false, time);
}
