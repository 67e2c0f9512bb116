using System.CommandLine;

namespace BootAppliance.Commands;

/// <summary><c>image import</c>: what machines boot.</summary>
internal static class ImageCommands
{
    public static Command Create(CommandRunner runner) => new("image", "The kernels, initrds and images that machines load") { ImageImportCommand.Create(runner) };
}
