using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace BootAppliance.Images;

/// <summary>Reads and writes the text of image references.</summary>
internal static class ReferenceText
{
    private static readonly SearchValues<char> unfit = SearchValues.Create([.. Enumerable.Range(0, 0x100).Select(code => (char)code).Where(char.IsControl), '\\']);

    private const string Forms = "write the path of a file below Http:Root, or a file://, http://, https://, glance://, swift:// or s3:// URL";

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, out string problem)
    {
        reference = null;
        if (text.Length == 0) return Refuse($"an image reference cannot be empty: {Forms}", out problem);
        if (IsUnfit(text)) return Refuse($"'{Shown(text)}' has control characters or backslashes: {Forms}", out problem);

        if (text.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var colon))
        {
            if (Guid.TryParseExact(text, "D", out var uuid)) reference = new ImageReference.Glance(uuid);
            else if (Confined(text) is { } path) reference = new ImageReference.Local(path);
            else return Refuse($"'{Shown(text)}' leaves the image folder: write a path below Http:Root, for example 'debian/vmlinuz'", out problem);
            problem = "";
            return true;
        }

        var rest = text[(colon + 3)..];
        (reference, problem) = text[..colon].ToLowerInvariant() switch
        {
            "http" or "https" => Remote(text),
            "file" => OwnFile(text, rest),
            "glance" => Glance(text, rest),
            "swift" => Stored(text, rest, "swift://CONTAINER/OBJECT", (container, name) => new ImageReference.Swift(container, name)),
            "s3" => Stored(text, rest, "s3://BUCKET/KEY", (bucket, key) => new ImageReference.S3(bucket, key)),
            _ => (null, $"'{Shown(text)}' cannot be fetched: {Forms}"),
        };
        return reference is not null;
    }

    /// <summary>A path as it stands in a URL, its slashes kept.</summary>
    public static string EncodePath(string path) => Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal);

    private static (ImageReference?, string) Remote(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0)
            return (null, $"'{Shown(text)}' cannot be fetched by a machine: write an http:// or https:// URL, or the path of a file below Http:Root");
        // Everybody who may look at a node or its script would read it.
        if (address.UserInfo.Length > 0) return (null, $"a URL with a user name or password is kept in no node: let {address.Host} serve the image without, or put it into Glance, Swift or S3");
        // Before Uri takes the dots away, in whatever way they are written.
        if (Climbs(Uri.UnescapeDataString(text.Split('?', '#')[0]))) return (null, $"'{Shown(text)}' climbs with '..': write the path that it leads to");
        if (address.Fragment.Length == 0) return (new ImageReference.Remote(address), "");

        var plain = new UriBuilder(address) { Fragment = "" }.Uri;
        return ImageChecksum.TryParse(address.Fragment[1..], out var checksum, out var problem) ? (new ImageReference.Remote(plain, checksum), "") : (null, $"'{Shown(text)}': {problem}");
    }

    private static (ImageReference?, string) OwnFile(string text, string rest)
    {
        var path = Uri.UnescapeDataString(rest.StartsWith("localhost/", StringComparison.OrdinalIgnoreCase) ? rest["localhost".Length..] : rest);
        return path.StartsWith('/') && !IsUnfit(path) && Confined(path) is { } confined
            ? (new ImageReference.OwnFile('/' + confined), "")
            : (null, $"'{Shown(text)}' is no file of this machine: write file:// and an absolute path, as in file:///srv/images/vmlinuz");
    }

    private static (ImageReference?, string) Glance(string text, string rest) => Guid.TryParseExact(rest.TrimEnd('/'), "D", out var uuid)
        ? (new ImageReference.Glance(uuid), "")
        : (null, $"'{Shown(text)}' names no image: write glance:// and the image's UUID");

    /// <summary>Objects have names, not paths: empty segments in them mean something. Yet no HTTP client leaves <c>..</c> in a URL alone.</summary>
    private static (ImageReference?, string) Stored(string text, string rest, string form, Func<string, string, ImageReference> make)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (container, name) = slash < 0 ? (rest, "") : (Uri.UnescapeDataString(rest[..slash]), Uri.UnescapeDataString(rest[(slash + 1)..]));
        if (container.Length == 0 || name.Length == 0 || rest.AsSpan(0, slash).Contains('@')) return (null, $"'{Shown(text)}' names no object: write {form}");
        return IsUnfit(container) || IsUnfit(name) || container.Contains('/', StringComparison.Ordinal) || Climbs(name) || container is "." or ".."
            ? (null, $"'{Shown(text)}' has control characters, backslashes or '..' in its name, which boot programs and HTTP servers take for something else: rename the object")
            : (make(container, name), "");
    }

    private static string? Confined(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Contains(".")) segments = [.. segments.Where(segment => segment != ".")];
        return segments.Length == 0 || segments.Contains("..") ? null : string.Join('/', segments);
    }

    private static bool Climbs(string path) => path.Split('/').Any(segment => segment is ".." or ".");

    private static bool IsUnfit(string text) => text.AsSpan().ContainsAny(unfit);

    /// <summary>What may be repeated of a text that was refused: one line, and no password.</summary>
    private static string Shown(string text)
    {
        var (slashes, at) = (text.IndexOf("//", StringComparison.Ordinal), text.LastIndexOf('@'));
        return string.Concat((slashes >= 0 && at > slashes ? text[..(slashes + 2)] + text[(at + 1)..] : text).Select(c => char.IsControl(c) ? '?' : c));
    }

    private static bool Refuse(string words, out string problem)
    {
        problem = words;
        return false;
    }
}
