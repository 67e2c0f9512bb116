using System.CommandLine;

namespace BootAppliance.Commands;

/// <summary><c>image list</c>, <c>image import</c> and <c>image remove</c>: what machines boot.</summary>
internal static class ImageCommands
{
    public static Command Create(CommandRunner runner) => new("image", "The kernels, initrds and images that machines load")
    {
        ImageListCommands.List(runner), ImageImportCommand.Create(runner), ImageListCommands.Remove(runner),
    };
}
