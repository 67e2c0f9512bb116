using System.Net;

namespace BootAppliance.Http.Access;

/// <summary>
/// Keeps web pages from speaking to the management plane through the browser of somebody who may: pages of other sites, and those whose owner lets the name
/// of his site lead to this machine (DNS rebinding). The names that machines boot by are not looked at, as a proxy before this port keeps the one that it is known
/// by; nor is the Unix socket, which no browser opens.
/// </summary>
/// <param name="isOpen">Whether no password is asked for.</param>
/// <param name="proxy">The host of a proxy of the operator's before this port; empty: there is none.</param>
/// <param name="logger">Where refusals are told of.</param>
internal sealed class BrowserGuard(bool isOpen, string proxy, ILogger logger)
{
    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (OverSocket.Is(context) || FindProblem(context) is not { } problem) return next(context);
        AccessLog.FromAPage(logger, context.Connection.RemoteIpAddress);
        return Refusal.ExplainAsync(context, StatusCodes.Status403Forbidden, problem);
    }

    private string? FindProblem(HttpContext context)
    {
        var request = context.Request;
        if (isOpen && !request.IsHttps && !IsKnown(request.Host.Host) && context.GetEndpoint()?.Metadata.GetMetadata<ForMachines>() is null)
            return $"Without a password this API is known by names of the loopback only, and {request.Host} could be a web page's: ask for localhost or 127.0.0.1, or set Api:AuthStrategy to http_basic";
        return IsOfAnotherSite(request) ? "This request comes from a web page of another site" : null;
    }

    /// <summary>A request that names no host is no browser's. Names below localhost lead nowhere else (RFC 6761, section 6.3).</summary>
    private bool IsKnown(string host)
    {
        host = host.EndsWith('.') ? host[..^1] : host;
        return host.Length == 0
            || host.Equals(proxy, StringComparison.OrdinalIgnoreCase)
            || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>
    /// What the browser itself says counts first: behind a proxy the name that it used is not the one that arrives here. Older browsers say nothing, and no browser
    /// does over plain HTTP from afar, but they name the page's origin wherever something is changed.
    /// </summary>
    private static bool IsOfAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site) return site != "same-origin" && site != "none";
        return request.Headers.Origin is { Count: > 0 } origin && !IsThisSite(origin.ToString(), request.Host.Value);
    }

    private static bool IsThisSite(string origin, string? host) =>
        origin.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at && origin.AsSpan(at + 3).Equals(host, StringComparison.OrdinalIgnoreCase);
}
