using System.CommandLine;
using BootAppliance.Commands.Answers;
using BootAppliance.Commands.Output;

namespace BootAppliance.Commands;

/// <summary><c>image list</c> and <c>image remove</c>.</summary>
internal static class ImageListCommands
{
    public static Command List(CommandRunner runner)
    {
        var command = new Command("list", "All images that machines load from here: the files below Http:Root, and what the cache has from elsewhere");
        runner.Ask<ListedImagesAnswer>(
            command,
            (_, api, cancellation) => api.GetAsync("api/images", cancellation),
            (_, answer, terminal) =>
            {
                var listing = new Listing("IMAGE", "SIZE", "STATE", "KEPT", "FORMAT", "SIGNED BY", "HITS", "MISSES", "LAST USED");
                foreach (var image in answer.Images)
                {
                    listing.Add(
                        Terminal.Piece(image.Image, Styles.Name),
                        Terminal.Piece(image.Size is { } size ? ByteCount.Words(size) : ""),
                        Terminal.Piece(State(image), image.Problem is null ? null : Styles.Bad),
                        Terminal.Piece(Kept(image)),
                        Terminal.Piece(image.Version is null ? image.Format : $"{image.Format} {image.Version}"),
                        Terminal.Piece(ImagePage.SignedBy(image.Signatures, image.IsProgram), ImagePage.StyleOf(image.Signatures)),
                        Terminal.Piece(image.Hits?.ToString()),
                        Terminal.Piece(image.Misses?.ToString()),
                        Terminal.Piece(terminal.Moment(image.LastUsed)));
                }

                listing.WriteTo(terminal, "There are no images");
                foreach (var image in answer.Images.Where(image => image.Problem is not null)) terminal.WriteLine($"{image.Image}: {image.Problem}", Styles.Bad);
            });
        return command;
    }

    public static Command Remove(CommandRunner runner)
    {
        var image = new Argument<string>("IMAGE") { Description = "The image, as 'image list' shows it" };
        var command = new Command("remove", "Remove an image that no node needs") { image };
        runner.Talk(command, async (arguments, api, cancellation) =>
        {
            var removed = arguments.GetRequiredValue(image);
            await api.DeleteAsync(ApiClient.Query("api/images", ("image", removed)), cancellation);
            runner.Terminal.WriteLine($"{removed} is removed");
        });
        return command;
    }

    private static string Kept(ListedImageAnswer image)
    {
        var present = image.Pinned ? "a node needs it" : image.Evictable ? "while there is room" : "";
        if (image.Older == 0) return present;
        return $"{present}{(present.Length > 0 ? "; " : "")}{ByteCount.Words(image.Older)} of older versions for who reads them";
    }

    private static string State(ListedImageAnswer image) => image.State switch
    {
        "here" when image.Source == "folder" => "own file",
        "loading" or "cut" => $"{(image.State == "cut" ? "cut at " : "")}{(image is { Size: > 0 and var size, Loaded: { } loaded } ? $"{loaded * 100 / size} %" : image.Loaded is { } bytes ? ByteCount.Words(bytes) : "")}",
        "absent" when image.Problem is null => "not asked for yet",
        "absent" => "cannot be had",
        var state => state,
    };
}
