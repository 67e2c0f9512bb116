using System.Text.Json;
using BootAppliance.Commands.Answers;
using Spectre.Console;

namespace BootAppliance.Commands.Output;

/// <summary>All about one node: who it is, what it boots, how far it came and what keeps it.</summary>
internal static class NodePage
{
    private const int LabelWidth = 18;

    public static void Write(NodeAnswer node, Terminal terminal)
    {
        terminal.WriteLine(node.Title, Styles.Heading);
        Field(terminal, "State", node.State, Styles.Name);
        if (node.ProvisionUpdatedAt is { } since) Field(terminal, "  since", terminal.Moment(since));
        Field(terminal, "Boots now", node.Boots);
        Field(terminal, "MAC addresses", string.Join(", ", node.Macs));
        if (node.Maintenance) Field(terminal, "Maintenance", string.IsNullOrEmpty(node.MaintenanceReason) ? "yes" : node.MaintenanceReason, Styles.Doubtful);
        Field(terminal, "Last error", node.LastError, Styles.Bad);
        Field(terminal, "Power", node.PowerState);
        Field(terminal, "Driver", node.Driver);
        Field(terminal, "Boot interface", node.BootInterface);
        Field(terminal, "Deploy interface", node.DeployInterface);
        Fields(terminal, "Instance", node.InstanceInfo);
        Fields(terminal, "Driver info", node.DriverInfo);
        Fields(terminal, "Properties", node.Properties);
        Fields(terminal, "Extra", node.Extra);
        Field(terminal, "UUID", node.Uuid);
        Field(terminal, "Created", terminal.Moment(node.CreatedAt));
        Field(terminal, "Changed", terminal.Moment(node.UpdatedAt));
        if (node.Progress is { } progress) Write(progress, terminal);
    }

    private static void Write(ProgressAnswer progress, Terminal terminal)
    {
        terminal.WriteLine();
        terminal.WriteLine(("Newest boot: ", Styles.Heading), (progress.Summary, null));
        var width = progress.Steps.Select(s => s.Step.Length).DefaultIfEmpty().Max();
        foreach (var step in progress.Steps)
        {
            terminal.WriteLine(("  ✔ ", Styles.Good), ($"{terminal.Moment(step.Time)}  ", Styles.Aside), ($"{step.Step.PadRight(width)}  ", null), (step.Text, null));
        }

        if (!string.IsNullOrEmpty(progress.Missing))
        {
            var (mark, words, style) = progress.Stuck ? ("  ✘ ", "missing: ", Styles.Bad) : ("  … ", "waiting for: ", Styles.Doubtful);
            terminal.WriteLine((mark, style), (words + progress.Missing, style));
        }

        if (!progress.Stuck || progress.UsualCauses.Count == 0) return;
        terminal.WriteLine("    What usually causes this:");
        foreach (var cause in progress.UsualCauses) terminal.WriteLine($"    - {cause}");
    }

    private static void Field(Terminal terminal, string label, string? value, Style? style = null)
    {
        if (!string.IsNullOrEmpty(value)) terminal.WriteLine(($"  {label.PadRight(LabelWidth)}", Styles.Aside), (value, style));
    }

    private static void Fields(Terminal terminal, string label, Dictionary<string, JsonElement> values)
    {
        foreach (var (key, value) in values)
        {
            Field(terminal, label, $"{key} = {(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText())}");
            label = "";
        }
    }
}
