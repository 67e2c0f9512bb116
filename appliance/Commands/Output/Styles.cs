using Spectre.Console;

namespace BootAppliance.Commands.Output;

/// <summary>What colours mean, the same in every command.</summary>
internal static class Styles
{
    public static readonly Style Heading = new(decoration: Decoration.Bold);
    public static readonly Style Aside = new(Color.Grey);
    public static readonly Style Name = new(Color.Aqua);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Doubtful = new(Color.Yellow);
}
