using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using BootAppliance.Commands.Answers;
using BootAppliance.Commands.Output;
using BootAppliance.Images;

namespace BootAppliance.Commands;

/// <summary><c>image import</c>: the running appliance fetches an image, or gets a file of this machine sent; either goes on where it stood when it is asked for again.</summary>
internal static class ImageImportCommand
{
    private static readonly TimeSpan lookEvery = TimeSpan.FromMilliseconds(250);

    public static Command Create(CommandRunner runner)
    {
        var source = new Argument<string>("SOURCE") { Description = "A URL (http, https, glance, swift, s3), a Glance UUID, or a file of this machine" };
        var name = new Option<string?>("--name") { Description = "The path below Http:Root that it gets; otherwise its file name", HelpName = "NAME" };
        var checksum = new Option<string?>("--checksum") { Description = "What it must add up to: sha256:HEX, sha512:HEX, md5:HEX, or the sum alone", HelpName = "SUM" };
        var command = new Command("import", "Bring an image below Http:Root, check it, and say what it is and what boots from it") { source, name, checksum, runner.Json };
        runner.Talk(command, async (arguments, api, cancellation) =>
        {
            var wanted = arguments.GetRequiredValue(source);
            var body = new JsonObject { ["name"] = arguments.GetValue(name), ["checksum"] = arguments.GetValue(checksum) };
            var asJson = arguments.GetValue(runner.Json);
            var answer = FileOf(wanted) is { } file
                ? await SendAsync(file, body, api, runner.Terminal, asJson, cancellation)
                : await FetchAsync(wanted, body, api, runner.Terminal, asJson, cancellation);
            if (asJson) runner.Terminal.WriteJson(answer.Json);
            else if (answer.As<ImportAnswer>() is { Image: { } image, Sha256: var sum }) ImagePage.Write(image, sum, runner.Terminal);
        });
        return command;
    }

    /// <summary>The file that is meant, where it is none that the appliance fetches.</summary>
    private static FileInfo? FileOf(string source)
    {
        if (source.Length == 0) throw new ApiFailure("an import has a source: a URL, a Glance UUID, or a file of this machine");
        if (source.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            return ImageReference.TryParse(source, out var named, out var problem) && named is ImageReference.OwnFile file ? new FileInfo(file.Path) : throw new ApiFailure(problem);
        return source.Contains("://", StringComparison.Ordinal) || (Guid.TryParseExact(source, "D", out _) && !File.Exists(source)) ? null : new FileInfo(source);
    }

    private static async Task<ApiAnswer> FetchAsync(string source, JsonObject body, ApiClient api, Terminal terminal, bool asJson, CancellationToken cancellation)
    {
        body["source"] = source;
        var answer = await api.PostAsync("api/images", body, cancellation);
        var import = answer.As<ImportAnswer>();
        var line = new ProgressLine(terminal, import.Name, terminal.IsTerminal && !asJson);
        string? told = null;
        try
        {
            while (import.State is not ("done" or "failed"))
            {
                line.Show(import.Bytes, import.Length);
                if (import.Problem != told && import.Problem is { } trouble) await terminal.Error.WriteLineAsync(Terminal.Clean($"{trouble}; trying again"));
                told = import.Problem;
                await Task.Delay(lookEvery, terminal.Time, cancellation);
                answer = await api.GetAsync(PathOf("api/imports", import.Name), cancellation);
                import = answer.As<ImportAnswer>();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            line.End();
            await terminal.Error.WriteLineAsync(Terminal.Clean($"the appliance goes on with it; this calls it off: bootappliance image remove {ImagePage.Quoted(import.Name)}"));
            throw;
        }

        line.End();
        return import.State == "done" ? answer : throw new ApiFailure(import.Problem ?? "the import failed");
    }

    private static async Task<ApiAnswer> SendAsync(FileInfo file, JsonObject body, ApiClient api, Terminal terminal, bool asJson, CancellationToken cancellation)
    {
        await using (var content = Open(file))
        {
            body["name"] ??= file.Name;
            var version = VersionOf(content);
            body["length"] = content.Length;
            body["version"] = version;
            var import = (await api.PostAsync("api/images", body, cancellation)).As<ImportAnswer>();
            var line = new ProgressLine(terminal, import.Name, terminal.IsTerminal && !asJson);
            content.Position = import.Bytes;
            using var sent = new ShownContent(content, () => VersionOf(content) == version, sent => line.Show(import.Bytes + sent, content.Length), terminal.Time);
            var answer = await api.PutAsync(ApiClient.Query(PathOf("api/images", import.Name), ("offset", $"{import.Bytes}")), sent, cancellation);
            line.End();
            return answer;
        }
    }

    /// <summary>Of the open file: its name may be that of a link, which says nothing of what it leads to.</summary>
    private static string VersionOf(FileStream file) => string.Create(CultureInfo.InvariantCulture, $"{file.Length:x}-{File.GetLastWriteTimeUtc(file.SafeFileHandle).Ticks:x}");

    private static FileStream Open(FileInfo file)
    {
        if (Directory.Exists(file.FullName)) throw new ApiFailure($"{file} is a folder: an import takes one file");
        // To open a pipe is to wait for somebody who writes into it.
        if (file.Exists && !RegularFile.Exists(file.FullName)) throw new ApiFailure($"{file} is a device, a pipe or a socket: an import takes a file, so write what comes out of it into one");
        try
        {
            return file.OpenRead();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ApiFailure($"{file} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static string PathOf(string folder, string name) => $"{folder}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";
}
