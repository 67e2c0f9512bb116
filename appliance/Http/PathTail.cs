using Microsoft.AspNetCore.Http.Features;

namespace BootAppliance.Http;

/// <summary>Names with slashes at the end of a path, as routes with <c>{**name}</c> take them.</summary>
internal static class PathTail
{
    /// <summary>The whole name, decoded: clients that encode it as one piece send its slashes as <c>%2F</c>, which the server leaves alone and by that makes the same as a <c>%2F</c> in the name.</summary>
    /// <param name="request">The request.</param>
    /// <param name="seen">What routing took for the name.</param>
    public static string Decode(HttpRequest request, string seen)
    {
        if (!seen.Contains("%2F", StringComparison.OrdinalIgnoreCase)) return seen;
        var sent = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var segments = sent.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('/', segments[^seen.Split('/', StringSplitOptions.RemoveEmptyEntries).Length..].Select(Uri.UnescapeDataString));
    }
}
