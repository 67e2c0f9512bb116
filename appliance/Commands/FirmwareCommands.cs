using System.CommandLine;
using BootAppliance.Commands.Output;
using BootAppliance.Firmware;

namespace BootAppliance.Commands;

/// <summary><c>firmware list</c> and <c>firmware verify</c>: the loaders inside this program, whether it runs or not.</summary>
internal static class FirmwareCommands
{
    public static Command Create(CommandRunner runner) => new("firmware", "The loaders that this program carries")
    {
        Create(runner, "list", "All loaders", failsOnProblem: false),
        Create(runner, "verify", "Compare every loader with the sum in the manifest; fails if one is missing or damaged", failsOnProblem: true),
    };

    private static Command Create(CommandRunner runner, string name, string description, bool failsOnProblem)
    {
        var command = new Command(name, description) { runner.Json };
        command.SetAction(arguments =>
        {
            var files = FirmwareView.Of(runner.Host.Firmware());
            if (arguments.GetValue(runner.Json)) runner.Terminal.WriteJson(new { files });
            else Write(files, runner.Terminal);
            var broken = files.Where(f => !f.Ok).ToList();
            if (!failsOnProblem || broken.Count == 0) return CommandLine.Success;
            foreach (var file in broken) runner.Terminal.Error.WriteLine($"{file.File}: {file.Problem}");
            return CommandLine.Failure;
        });
        return command;
    }

    private static void Write(IReadOnlyList<FirmwareView> files, Terminal terminal)
    {
        var listing = new Listing("FILE", "VERSION", "BYTES", "ARCHITECTURES", "SIGNED BY", "SHA-256", "");
        foreach (var file in files)
        {
            listing.Add(
                Terminal.Piece(file.File, Styles.Name),
                Terminal.Piece(file.Version),
                Terminal.Piece($"{file.Bytes}"),
                Terminal.Piece(string.Join(", ", file.Architectures)),
                Terminal.Piece(ImagePage.SignedBy(file.Signatures, file.IsProgram)),
                Terminal.Piece(file.Sha256),
                Terminal.Piece(file.Problem ?? "ok", file.Ok ? Styles.Good : Styles.Bad));
        }

        listing.WriteTo(terminal, "This program carries no loaders");
    }
}
