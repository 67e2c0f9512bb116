using System.CommandLine;
using BootAppliance.Commands.Answers;
using BootAppliance.Commands.Output;

namespace BootAppliance.Commands;

/// <summary><c>dhcp export</c>.</summary>
internal static class DhcpCommands
{
    public static Command Create(CommandRunner runner) => new("dhcp", "What another DHCP server is to be told") { Export(runner) };

    private static Command Export(CommandRunner runner)
    {
        var format = new Option<string>("--format") { Description = "For which server: dnsmasq, Kea, ISC dhcpd, or the ports of OpenStack Neutron", Required = true };
        format.AcceptOnlyFromAmong("dnsmasq", "kea", "isc", "neutron");
        var subnets = new Option<bool>("--subnets") { Description = "With the address ranges, routers and servers of Dhcp:Subnets, for a server that has none of its own" };
        var output = new Option<string>("--output") { Description = "Write it into this file", HelpName = "FILE" };
        var command = new Command("export", "The options and host entries with which another DHCP server boots machines through this appliance, its own DHCP being off (Dhcp:Mode: Off)")
        {
            format, subnets, output,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(output) is not null && result.GetValue(runner.Json)) result.AddError("Name either --output or --json.");
            if (result.GetValue(subnets) && result.GetValue(format) == "neutron") result.AddError("Neutron has subnets of its own: leave --subnets out.");
        });
        runner.Ask<ExportAnswer>(
            command,
            (arguments, api, cancellation) => api.GetAsync(
                ApiClient.Query("api/dhcp/export", ("format", arguments.GetRequiredValue(format)), ("subnets", arguments.GetValue(subnets) ? "true" : null)), cancellation),
            (arguments, answer, terminal) =>
            {
                if (arguments.GetValue(output) is { } file) WriteFile(file, answer.Text);
                else terminal.Output.Write(answer.Text);
                foreach (var warning in answer.Warnings) terminal.Error.WriteLine($"warning: {Terminal.Clean(warning)}");
            });
        return command;
    }

    private static void WriteFile(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ApiFailure($"{path} cannot be written: {failure.Message}", failure);
        }
    }
}
