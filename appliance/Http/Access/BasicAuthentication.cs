using System.Net;
using Microsoft.AspNetCore.Authorization;

namespace BootAppliance.Http.Access;

/// <summary>Lets those in who name a user and the right password (RFC 7617), and refuses everybody else in Ironic's words. Open are the Unix socket and the routes marked so.</summary>
internal sealed class BasicAuthentication(PasswordCheck passwords)
{
    private const string Challenge = "Basic realm=\"Baremetal API\"";

    public async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (OverSocket.Is(context) || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null || await IsGrantedAsync(context)) await next(context);
    }

    private async Task<bool> IsGrantedAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            await UnauthorizedAsync(context, "Authorization required");
            return false;
        }

        if (BasicCredentials.Parse(header.ToString(), out var problem) is not { } credentials)
        {
            await Refusal.AnswerAsync(context, StatusCodes.Status400BadRequest, problem);
            return false;
        }

        var verdict = await passwords.JudgeAsync(context.Connection.RemoteIpAddress ?? IPAddress.None, credentials, context.RequestAborted);
        if (verdict.Wait > TimeSpan.Zero) await MustWaitAsync(context, verdict.Wait);
        else if (!verdict.IsGranted) await UnauthorizedAsync(context, "Incorrect username or password");
        // What is not there any more cannot come into a log further down.
        else context.Request.Headers.Remove("Authorization");
        return verdict.IsGranted;
    }

    private static Task UnauthorizedAsync(HttpContext context, string message)
    {
        context.Response.Headers.WWWAuthenticate = Challenge;
        return Refusal.AnswerAsync(context, StatusCodes.Status401Unauthorized, message);
    }

    /// <summary>
    /// 429, as neither of the others is true: 401 would say that the password is wrong, which was not looked at (and browsers would ask for it again and
    /// again), 403 that this user may not. Ironic's command line prints the text and does not ask again, gophercloud and curl can be told to. The text says how
    /// long, as that command line falls over a Retry-After (python3-ironicclient 5.0.1).
    /// </summary>
    private static Task MustWaitAsync(HttpContext context, TimeSpan wait) => Refusal.ExplainAsync(
        context, StatusCodes.Status429TooManyRequests, $"Too many wrong passwords came from this address; try again in {(int)Math.Ceiling(wait.TotalSeconds)} s");
}
