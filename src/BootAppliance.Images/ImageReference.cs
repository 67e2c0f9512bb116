using System.Diagnostics.CodeAnalysis;

namespace BootAppliance.Images;

/// <summary>Where a kernel, initrd or image comes from, as the operator wrote it.</summary>
public abstract record ImageReference
{
    private ImageReference() { }

    /// <summary>A file below the appliance's own image folder (<c>Http:Root</c>), by its path there.</summary>
    /// <param name="Path">The path with forward slashes and no leading one.</param>
    public sealed record Local(string Path) : ImageReference;

    /// <summary>A file on some HTTP server, which the machine fetches by itself.</summary>
    /// <param name="Address">An absolute <c>http</c> or <c>https</c> URL.</param>
    public sealed record Remote(Uri Address) : ImageReference;

    /// <summary>Reads a reference; what it is not able to serve is refused with a sentence for the operator.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, out string problem)
    {
        reference = null;
        problem = "";
        if (text.Length == 0 || text.Any(c => char.IsControl(c) || c == '\\'))
        {
            problem = $"'{text}' is not an image reference: it is empty or has control characters or backslashes";
            return false;
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
            {
                problem = $"'{text}' cannot be fetched by a machine: write an http:// or https:// URL, or the path of a file below Http:Root";
                return false;
            }

            reference = new Remote(address);
            return true;
        }

        var segments = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0 || segments.Contains(".."))
        {
            problem = $"'{text}' leaves the image folder: write a path below Http:Root, for example 'debian/vmlinuz'";
            return false;
        }

        reference = new Local(string.Join('/', segments));
        return true;
    }

    /// <summary>The URL that a machine fetches; spaces and everything that a boot script would read as its own are percent-encoded.</summary>
    /// <param name="imagesRoot">The URL of the image folder, ending in a slash.</param>
    public string ToUrl(string imagesRoot) => this switch
    {
        Local local => imagesRoot + string.Join('/', local.Path.Split('/').Select(Uri.EscapeDataString)),
        // AbsoluteUri leaves '$' and quotes alone; iPXE expands "${" wherever it stands in a script line.
        Remote remote => remote.Address.AbsoluteUri.Replace("$", "%24", StringComparison.Ordinal).Replace("'", "%27", StringComparison.Ordinal),
        _ => throw new InvalidOperationException($"no URL for {GetType().Name}"),
    };
}
