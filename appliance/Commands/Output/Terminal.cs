using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BootAppliance.Commands.Output;

/// <summary>Where a command writes: for people in colour on a terminal, plain and never wrapped into a file or pipe.</summary>
public sealed class Terminal
{
    /// <summary>So wide that nothing is wrapped.</summary>
    private const int Unlimited = 10_000;

    private readonly IAnsiConsole console;

    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isTerminal">Whether the output is read on a terminal.</param>
    /// <param name="time">The clock, and the time zone that times are shown in.</param>
    public Terminal(TextWriter output, TextWriter error, bool isTerminal, TimeProvider time)
    {
        Output = output;
        Error = error;
        Time = time;
        IsTerminal = isTerminal;
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal) console.Profile.Width = Unlimited;
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    internal TimeProvider Time { get; }

    /// <summary>Whether people see the output while it is written.</summary>
    internal bool IsTerminal { get; }

    /// <summary>How many characters a line has.</summary>
    internal int Width => console.Profile.Width;

    public static Terminal OfThisProcess() => new(OutputOfThisProcess(), Console.Error, !Console.IsOutputRedirected, TimeProvider.System);

    /// <summary>A text that came over the network, without the characters that could move the cursor, end the line or turn the writing round.</summary>
    internal static string Clean(string text) => string.Concat(text.Select(c =>
        char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '\uFFFD' : c));

    /// <summary>A piece of a line, never read as markup.</summary>
    internal static Text Piece(string? text, Style? style = null) => new(Clean(text ?? ""), style);

    internal void Write(IRenderable what) => console.Write(what);

    internal void WriteLine(params ReadOnlySpan<(string? Text, Style? Style)> pieces)
    {
        var line = new Paragraph();
        foreach (var (text, style) in pieces) line.Append(Clean(text ?? ""), style ?? Style.Plain);
        line.Append("\n");
        console.Write(line);
    }

    internal void WriteLine(string text, Style? style = null) => WriteLine((text, style));

    internal void WriteJson(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Undefined) WriteJson<JsonElement>(json);
    }

    internal void WriteJson<T>(T value) => Output.WriteLine(JsonSerializer.Serialize(value, ApiJson.Indented));

    internal void WriteJsonLine(JsonElement json) => Output.WriteLine(JsonSerializer.Serialize(json, ApiJson.OneLine));

    /// <summary>The console's own stream says nothing when nobody reads its pipe any more (as behind <c>| head</c>), and a command would write on for ever.</summary>
    private static TextWriter OutputOfThisProcess()
    {
        const int StandardOutput = 1;
        if (!Console.IsOutputRedirected) return Console.Out;
        var stream = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.Out : new StreamWriter(stream, Console.OutputEncoding) { AutoFlush = true };
    }

    /// <summary>A moment in the operator's time zone; without the date if it is today's.</summary>
    internal string Moment(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, Time.LocalTimeZone);
        return local.ToString(local.Date == Time.GetLocalNow().Date ? "HH:mm:ss.f" : "yyyy-MM-dd HH:mm:ss.f");
    }

    internal string Moment(DateTimeOffset? time) => time is { } known ? Moment(known) : "";
}
