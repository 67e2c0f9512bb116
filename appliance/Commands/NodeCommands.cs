using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using BootAppliance.Commands.Answers;
using BootAppliance.Commands.Output;

namespace BootAppliance.Commands;

/// <summary><c>node …</c>: the machines that the appliance boots.</summary>
internal static class NodeCommands
{
    internal const string Nodes = "api/nodes";

    public static Command Create(CommandRunner runner)
    {
        var command = new Command("node", "The machines that this appliance boots") { Add(runner), List(runner), Show(runner), Set(runner), Remove(runner) };
        foreach (var verb in NodeVerbs.Create(runner)) command.Add(verb);
        command.Add(Discovered(runner));
        command.Add(Adopt(runner));
        return command;
    }

    internal static Argument<string> NodeArgument() => new("NODE") { Description = "Its name, UUID or any of its MAC addresses" };

    private static Command Add(CommandRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = "What the node shall be called" };
        var fields = new NodeFields(areRequired: true);
        var deploy = new Option<bool>("--deploy") { Description = "Deploy it at once, so that its next network boot runs the kernel" };
        var command = new Command("add", "Add a node that boots a kernel from the network") { name, deploy };
        fields.AddTo(command);
        runner.Ask<NodeAnswer>(
            command,
            async (arguments, api, cancellation) =>
            {
                var body = fields.Read(arguments);
                body.Insert(0, "name", arguments.GetRequiredValue(name));
                body["deploy"] = arguments.GetValue(deploy);
                var answer = await api.PostAsync(Nodes, body, cancellation);
                return answer.As<NodeAnswer>() is { LastError: { } error } node ? throw new ApiFailure($"{node.Title} was added, and is {node.State}: {error}") : answer;
            },
            (_, node, terminal) => WriteOutcome(node, "was added", terminal));
        return command;
    }

    private static Command List(CommandRunner runner)
    {
        var command = new Command("list", "All nodes");
        runner.Ask<NodesAnswer>(
            command,
            (_, api, cancellation) => api.GetAsync(Nodes, cancellation),
            (_, answer, terminal) =>
            {
                var listing = new Listing("NAME", "STATE", "MAC ADDRESSES", "BOOTS NOW");
                foreach (var node in answer.Nodes)
                {
                    listing.Add(
                        Terminal.Piece(node.Title, Styles.Name),
                        Terminal.Piece(node.Maintenance ? $"{node.State} (maintenance)" : node.State, node.Maintenance ? Styles.Doubtful : null),
                        Terminal.Piece(string.Join(' ', node.Macs)),
                        Terminal.Piece(node.Boots));
                }

                listing.WriteTo(terminal, "There are no nodes yet; add one with: bootappliance node add NAME --mac MAC --kernel URL");
            });
        return command;
    }

    private static Command Show(CommandRunner runner)
    {
        var node = NodeArgument();
        var command = new Command("show", "All about a node: what it boots, how far it came, and what is missing") { node };
        runner.Ask<NodeAnswer>(
            command,
            (arguments, api, cancellation) => api.GetAsync(ApiClient.Path(Nodes, arguments.GetRequiredValue(node)), cancellation),
            (_, answer, terminal) => NodePage.Write(answer, terminal));
        return command;
    }

    private static Command Set(CommandRunner runner)
    {
        var node = NodeArgument();
        var fields = new NodeFields(areRequired: false);
        var name = new Option<string>("--name") { Description = "A new name" };
        var maintenance = new Option<string>("--maintenance")
        {
            Description = "Leave the node alone until --no-maintenance, with the reason",
            HelpName = "REASON",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var noMaintenance = new Option<bool>("--no-maintenance") { Description = "End the maintenance" };
        var command = new Command("set", "Change a node; what is not named stays as it is") { node, name };
        fields.AddTo(command);
        command.Add(maintenance);
        command.Add(noMaintenance);
        command.Validators.Add(result =>
        {
            var isChange = result.Children.OfType<OptionResult>().Any(o => !o.Implicit && o.Option != runner.Json && o.Option != runner.Config);
            if (!isChange) result.AddError("There is nothing to change: name at least one option.");

            if (result.GetResult(maintenance) is not null && result.GetValue(noMaintenance)) result.AddError("--maintenance and --no-maintenance contradict each other.");
        });
        runner.Ask<NodeAnswer>(
            command,
            (arguments, api, cancellation) =>
            {
                var body = fields.Read(arguments);
                if (arguments.GetValue(name) is { } newName) body["name"] = newName;
                if (arguments.GetResult(maintenance) is not null)
                {
                    body["maintenance"] = true;
                    body["maintenance_reason"] = arguments.GetValue(maintenance);
                }

                if (arguments.GetValue(noMaintenance)) body["maintenance"] = false;
                return api.PatchAsync(ApiClient.Path(Nodes, arguments.GetRequiredValue(node)), body, cancellation);
            },
            (_, answer, terminal) => WriteOutcome(answer, "was changed", terminal));
        return command;
    }

    private static Command Remove(CommandRunner runner)
    {
        var node = NodeArgument();
        var command = new Command("remove", "Forget a node") { node };
        runner.Talk(command, async (arguments, api, cancellation) =>
        {
            var name = arguments.GetRequiredValue(node);
            await api.DeleteAsync(ApiClient.Path(Nodes, name), cancellation);
            runner.Terminal.WriteLine($"{name} was removed");
        });
        return command;
    }

    private static Command Discovered(CommandRunner runner)
    {
        var command = new Command("discovered", "Machines that booted here and are no node yet");
        runner.Ask<DiscoveredAnswer>(
            command,
            (_, api, cancellation) => api.GetAsync("api/discovered", cancellation),
            (_, answer, terminal) =>
            {
                var listing = new Listing("MAC ADDRESSES", "ADDRESS", "ARCHITECTURE", "MANUFACTURER", "PRODUCT", "SERIAL", "LAST SEEN");
                foreach (var machine in answer.Machines)
                {
                    listing.Add(
                        Terminal.Piece(string.Join(' ', machine.Macs), Styles.Name),
                        Terminal.Piece(machine.Address),
                        Terminal.Piece(machine.Architecture),
                        Terminal.Piece(machine.Manufacturer),
                        Terminal.Piece(machine.Product),
                        Terminal.Piece(machine.Serial),
                        Terminal.Piece(terminal.Moment(machine.LastSeen)));
                }

                listing.WriteTo(terminal, "No unknown machine was recorded; with Boot:UnknownNode Discover each one that boots is");
            });
        return command;
    }

    private static Command Adopt(CommandRunner runner)
    {
        var machine = new Argument<string>("MACHINE") { Description = "Any MAC address of a discovered machine; or a manageable node whose machine runs its instance already" };
        var name = new Argument<string?>("NAME") { Description = "What the node of a discovered machine shall be called", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("adopt", "Make a node of a discovered machine (MACHINE NAME), or take a running machine over as it is (MACHINE)") { machine, name };
        runner.Ask<NodeAnswer>(
            command,
            (arguments, api, cancellation) => arguments.GetValue(name) is { } newName
                ? api.PostAsync(ApiClient.Path("api/discovered", arguments.GetRequiredValue(machine), "/adopt"), new JsonObject { ["name"] = newName }, cancellation)
                : api.PutAsync(NodeVerbs.Path(arguments.GetRequiredValue(machine)), new JsonObject { ["target"] = "adopt" }, cancellation),
            (arguments, answer, terminal) => WriteOutcome(answer, arguments.GetValue(name) is null ? null : "was added", terminal));
        return command;
    }

    internal static void WriteOutcome(NodeAnswer node, string? done, Terminal terminal)
    {
        terminal.WriteLine((node.Title, Styles.Name), ($"{(done is null ? "" : $" {done}, and")} is {node.State}", null));
        if (!string.IsNullOrEmpty(node.Boots)) terminal.WriteLine($"boots now: {node.Boots}");
    }
}
