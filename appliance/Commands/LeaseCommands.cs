using System.CommandLine;
using BootAppliance.Commands.Answers;
using BootAppliance.Commands.Output;

namespace BootAppliance.Commands;

/// <summary><c>lease list</c> and <c>lease release</c>.</summary>
internal static class LeaseCommands
{
    public static Command Create(CommandRunner runner) => new("lease", "The addresses that machines hold") { List(runner), Release(runner) };

    private static Command List(CommandRunner runner)
    {
        var command = new Command("list", "Who holds which address until when");
        runner.Ask<LeasesAnswer>(
            command,
            (_, api, cancellation) => api.GetAsync("api/leases", cancellation),
            (_, answer, terminal) =>
            {
                var listing = new Listing("ADDRESS", "MAC ADDRESS", "NODE", "HOST NAME", "STATE", "UNTIL");
                foreach (var lease in answer.Leases)
                {
                    listing.Add(
                        Terminal.Piece(lease.Address, Styles.Name),
                        Terminal.Piece(lease.Mac),
                        Terminal.Piece(lease.Node),
                        Terminal.Piece(lease.HostName),
                        Terminal.Piece(lease.State),
                        Terminal.Piece(terminal.Moment(lease.Expires)));
                }

                listing.WriteTo(terminal, "No address is held");
            });
        return command;
    }

    private static Command Release(CommandRunner runner)
    {
        var address = new Argument<string>("ADDRESS") { Description = "The address to free; its machine must no longer use it" };
        var command = new Command("release", "Free an address before its time") { address };
        runner.Talk(command, async (arguments, api, cancellation) =>
        {
            var freed = arguments.GetRequiredValue(address);
            await api.DeleteAsync(ApiClient.Path("api/leases", freed), cancellation);
            runner.Terminal.WriteLine($"{freed} is free");
        });
        return command;
    }
}
