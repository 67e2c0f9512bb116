using System.CommandLine;
using BootAppliance.Commands.Answers;
using BootAppliance.Commands.Output;

namespace BootAppliance.Commands;

/// <summary><c>boot preview</c>.</summary>
internal static class BootCommands
{
    public static Command Create(CommandRunner runner) => new("boot", "What machines are offered and served") { Preview(runner) };

    private static Command Preview(CommandRunner runner)
    {
        var mac = new Option<string>("--mac") { Description = "A machine by its MAC address", HelpName = "MAC" };
        var node = new Option<string>("--node") { Description = "A node by name or UUID", HelpName = "NAME" };
        var architecture = new Option<string>("--arch") { Description = "x86_64, i386, aarch64, or a client architecture (option 93) such as 7 or X64Uefi", HelpName = "ARCH" };
        var firmware = new Option<string>("--firmware") { Description = "What kind of firmware asks" };
        firmware.AcceptOnlyFromAmong("bios", "uefi", "http");
        var ipxe = new Option<bool>("--ipxe") { Description = "As if the machine ran iPXE already" };
        var command = new Command("preview", "What a machine would be offered and served now, stage by stage, and why")
        {
            mac, node, architecture, firmware, ipxe,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(mac) is null == result.GetResult(node) is null) result.AddError("Name the machine by either --mac or --node.");
        });
        runner.Ask<PreviewAnswer>(
            command,
            (arguments, api, cancellation) => api.GetAsync(
                ApiClient.Query(
                    "api/boot/preview",
                    ("mac", arguments.GetValue(mac)),
                    ("node", arguments.GetValue(node)),
                    ("arch", arguments.GetValue(architecture)),
                    ("firmware", arguments.GetValue(firmware)),
                    ("ipxe", arguments.GetValue(ipxe) ? "true" : null)),
                cancellation),
            (_, answer, terminal) => Write(answer, terminal));
        return command;
    }

    private static void Write(PreviewAnswer preview, Terminal terminal)
    {
        var who = preview.Node is null ? $"{preview.Mac}, no node" : $"{preview.Node} ({preview.State}), {preview.Mac}";
        terminal.WriteLine(who, Styles.Heading);
        foreach (var (stage, index) in preview.Stages.Select((stage, index) => (stage, index)))
        {
            terminal.WriteLine();
            terminal.WriteLine(($"{index + 1}. {stage.Stage}: ", Styles.Name), (stage.Offer, null));
            if (!string.IsNullOrEmpty(stage.Why)) terminal.WriteLine($"   because {stage.Why}", Styles.Aside);
            foreach (var line in stage.Content?.TrimEnd('\n').Split('\n') ?? []) terminal.WriteLine(("   | ", Styles.Aside), (line, null));
        }
    }
}
