using System.Globalization;

namespace BootAppliance.Commands.Output;

/// <summary>How far a transfer is: a bar that is written over on a terminal, a line now and then on standard error elsewhere.</summary>
internal sealed class ProgressLine(Terminal terminal, string what, bool onTerminal)
{
    private const int BarWidth = 24;
    private const string EraseToEnd = "\u001b[K";

    private static readonly TimeSpan between = TimeSpan.FromSeconds(10);

    private (long At, long Bytes)? start;
    private (long At, long Bytes)? told;

    public void Show(long bytes, long? length)
    {
        var now = terminal.Time.GetTimestamp();
        start ??= (now, bytes);
        if (onTerminal)
        {
            var line = Terminal.Clean($"{what}  {Bar(bytes, length)}{Text(now, bytes, length)}");
            terminal.Output.Write($"\r{line[..Math.Min(line.Length, Math.Max(0, terminal.Width - 1))]}{EraseToEnd}");
        }
        else if (told is null || terminal.Time.GetElapsedTime(told.Value.At, now) >= between || (bytes == length && told.Value.Bytes < bytes))
        {
            told = (now, bytes);
            terminal.Error.WriteLine(Terminal.Clean($"{what}: {Text(now, bytes, length)}"));
        }
    }

    /// <summary>Takes the bar away.</summary>
    public void End()
    {
        if (onTerminal && start is not null) terminal.Output.Write($"\r{EraseToEnd}");
    }

    private static string Bar(long bytes, long? length)
    {
        if (length is not > 0) return "";
        var done = (int)(BarWidth * Math.Clamp((double)bytes / length.Value, 0, 1));
        return $"[{new string('#', done)}{new string('-', BarWidth - done)}]  ";
    }

    private string Text(long now, long bytes, long? length)
    {
        var text = length switch
        {
            null => ByteCount.Words(bytes),
            0 => "0 B",
            _ => string.Create(CultureInfo.InvariantCulture, $"{100 * bytes / length} %  {ByteCount.Words(bytes)} of {ByteCount.Words(length.Value)}"),
        };
        var seconds = terminal.Time.GetElapsedTime(start!.Value.At, now).TotalSeconds;
        var rate = seconds > 0 ? (bytes - start.Value.Bytes) / seconds : 0;
        if (rate <= 0) return text;
        text += $"  {ByteCount.Words(rate)}/s";
        return length > bytes ? $"{text}  {Remaining((length.Value - bytes) / rate)} left" : text;
    }

    private static string Remaining(double seconds) =>
        seconds < 360_000 ? string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)}:{(int)seconds % 60:00}") : "days";
}
