using System.Net;

namespace BootAppliance.Http.Access;

/// <summary>
/// Keeps web pages from speaking to the management plane through the browser of somebody who may: pages of other sites, and those whose owner lets the name
/// of his site lead to this machine (DNS rebinding). Programs send nothing of what would be refused; the Unix socket, which no browser opens, is not looked at.
/// </summary>
/// <param name="isOpen">Whether no password is asked for.</param>
/// <param name="logger">Where refusals are told of.</param>
internal sealed class BrowserGuard(bool isOpen, ILogger logger)
{
    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (OverSocket.Is(context) || FindProblem(context.Request) is not { } problem) return next(context);
        AccessLog.FromAPage(logger, context.Connection.RemoteIpAddress);
        return Refusal.ExplainAsync(context, StatusCodes.Status403Forbidden, problem);
    }

    private string? FindProblem(HttpRequest request)
    {
        if (isOpen && !IsLoopback(request.Host.Host))
            return $"Without a password this API is known by names of the loopback only, and {request.Host} could be a web page's: ask for localhost or 127.0.0.1, or set Api:AuthStrategy to http_basic";
        return IsOfAnotherSite(request) ? "This request comes from a web page of another site" : null;
    }

    /// <summary>A request that names no host is no browser's.</summary>
    private static bool IsLoopback(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

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
