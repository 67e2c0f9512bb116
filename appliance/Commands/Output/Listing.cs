using Spectre.Console;
using Spectre.Console.Rendering;

namespace BootAppliance.Commands.Output;

/// <summary>A list with a heading over each column; a sentence instead when there is nothing in it.</summary>
internal sealed class Listing
{
    private readonly Table table = new() { Border = TableBorder.None };

    public Listing(params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column, Styles.Heading)) { Padding = new Padding(0, 0, 2, 0) });
    }

    public void Add(params IRenderable[] cells) => table.AddRow(cells);

    public void WriteTo(Terminal terminal, string whenEmpty)
    {
        if (table.Rows.Count == 0) terminal.WriteLine(whenEmpty);
        else terminal.Write(table);
    }
}
