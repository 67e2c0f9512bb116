using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Commands.Answers;

namespace BootAppliance.Commands;

/// <summary><c>node deploy</c>, <c>node manage</c> …: one command for each verb of the state machine. Each waits until the node is where the verb takes it.</summary>
internal static class NodeVerbs
{
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    public static IEnumerable<Command> Create(CommandRunner runner) =>
    [
        Verb(runner, "deploy", "active", "Boot a node into what it was given", ConfigDrive(), Steps(isRequired: false)),
        Verb(runner, "undeploy", "deleted", "Take back what a node was deployed with; it is available again"),
        Verb(runner, "rebuild", "rebuild", "Deploy an active node once more", ConfigDrive(), Steps(isRequired: false)),
        Verb(runner, "manage", "manage", "Take a node out of use to work on it"),
        Verb(runner, "provide", "provide", "Make a manageable node available"),
        Verb(runner, "inspect", "inspect", "Boot a manageable node into the agent, which looks at its hardware"),
        Verb(runner, "clean", "clean", "Run clean steps on a manageable node", Steps(isRequired: true), NoAgent()),
        Verb(runner, "rescue", "rescue", "Boot an active node into its rescue system", Password()),
        Verb(runner, "unrescue", "unrescue", "Boot a rescued node into its instance again"),
        Verb(runner, "service", "service", "Run service steps on an active node", Steps(isRequired: true), NoAgent()),
        Verb(runner, "unhold", "unhold", "Go on after a step that holds"),
        Verb(runner, "abort", "abort", "Stop what a node is waiting for"),
    ];

    public static string Path(string node) => ApiClient.Path(NodeCommands.Nodes, node, "/provision");

    private static Command Verb(CommandRunner runner, string word, string target, string description, params IReadOnlyList<VerbOption> options)
    {
        var node = NodeCommands.NodeArgument();
        var noWait = new Option<bool>("--no-wait") { Description = "Return as soon as the node is on its way" };
        var command = new Command(word, description) { node, noWait };
        foreach (var option in options) command.Add(option.Option);
        runner.Ask<NodeAnswer>(
            command,
            async (arguments, api, cancellation) =>
            {
                var name = arguments.GetRequiredValue(node);
                var body = new JsonObject { ["target"] = target };
                foreach (var option in options) option.AddTo(body, arguments);
                if (arguments.GetValue(noWait)) body["wait"] = false;
                var answer = await api.PutAsync(Path(name), body, cancellation);
                return arguments.GetValue(noWait) ? answer : await WaitAsync(runner, answer, api, name, word, cancellation);
            },
            (_, answer, terminal) => NodeCommands.WriteOutcome(answer, null, terminal));
        return command;
    }

    /// <summary>Waits for the machine too, which may be for as long as the settings let it.</summary>
    private static async Task<ApiAnswer> WaitAsync(CommandRunner runner, ApiAnswer answer, ApiClient api, string name, string word, CancellationToken cancellation)
    {
        var node = answer.As<NodeAnswer>();
        if (node.IsUnderWay) await runner.Terminal.Error.WriteLineAsync($"{Output.Terminal.Clean(node.Title)} is {node.State}: waiting for its machine (Ctrl-C ends only the waiting)");
        while (node.IsUnderWay)
        {
            await Task.Delay(pause, runner.Terminal.Time, cancellation);
            answer = await api.GetAsync(ApiClient.Path(NodeCommands.Nodes, name), cancellation);
            node = answer.As<NodeAnswer>();
        }

        // Each verb begins without an error; who aborts something has asked for the failure.
        return node.LastError is { } error && word != "abort" ? throw new ApiFailure($"{node.Title} is {node.State}: {error}") : answer;
    }

    private static VerbOption ConfigDrive()
    {
        var option = new Option<FileInfo?>("--config-drive") { Description = "What the instance finds on its config drive: a file with the base64 text of an image, or JSON with meta_data, user_data and network_data", HelpName = "FILE" };
        return new(option, (body, arguments) =>
        {
            if (arguments.GetValue(option) is not { } file) return;
            var text = Read(file).Trim();
            body["config_drive"] = text.StartsWith('{') ? Json(text, file.Name) : text;
        });
    }

    private static VerbOption Steps(bool isRequired)
    {
        var option = new Option<string?>("--steps") { Description = "The steps as a JSON list, or @FILE with it: [{\"interface\": \"bios\", \"step\": \"factory_reset\"}]", HelpName = "JSON", Required = isRequired };
        return new(option, (body, arguments) =>
        {
            if (arguments.GetValue(option) is { } text) body["steps"] = Json(text.StartsWith('@') ? Read(new FileInfo(text[1..])) : text, "--steps");
        });
    }

    private static VerbOption NoAgent()
    {
        var option = new Option<bool>("--no-agent") { Description = "Run the steps without booting the agent" };
        return new(option, (body, arguments) =>
        {
            if (arguments.GetValue(option)) body["disable_ramdisk"] = true;
        });
    }

    private static VerbOption Password()
    {
        var option = new Option<FileInfo>("--password-file") { Description = "A file with the password of the rescue system in its first line", HelpName = "FILE", Required = true };
        return new(option, (body, arguments) => body["rescue_password"] = Read(arguments.GetRequiredValue(option)).Split('\n')[0].TrimEnd('\r'));
    }

    private static string Read(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ApiFailure($"{file.Name} cannot be read: {failure.Message}", failure);
        }
    }

    private static JsonNode? Json(string text, string where)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new ApiFailure($"{where} is not JSON: {failure.Message}", failure);
        }
    }

    /// <summary>An option of one verb, and what it adds to the request.</summary>
    private sealed record VerbOption(Option Option, Action<JsonObject, ParseResult> AddTo);
}
