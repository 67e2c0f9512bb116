using Microsoft.AspNetCore.Http.Features;

namespace BootAppliance.Http;

/// <summary>Names with slashes at the end of a path, as routes with <c>{**name}</c> take them.</summary>
internal static class PathTail
{
    /// <summary>
    /// The whole name, decoded: clients that encode it as one piece send its slashes as <c>%2F</c>, which the server leaves alone and by that makes the same as a <c>%2F</c> in the name.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="seen">What routing took for the name.</param>
    public static string Decode(HttpRequest request, string seen)
    {
        var sent = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        if (!sent.Contains("%2F", StringComparison.OrdinalIgnoreCase)) return seen;
        // A whole URL may be the target too.
        var path = sent[sent.IndexOf('/', sent.StartsWith('/') ? 0 : sent.IndexOf("//", StringComparison.Ordinal) + 2)..];
        List<string> segments = [];
        foreach (var segment in Split(Uri.UnescapeDataString(path)))
        {
            if (segment is not ("." or "..")) segments.Add(segment);
            else if (segment == ".." && segments.Count > 0) segments.RemoveAt(segments.Count - 1);
        }

        return string.Join('/', segments.Skip(Split(request.Path.Value ?? "").Length - Split(seen).Length));
    }

    private static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
