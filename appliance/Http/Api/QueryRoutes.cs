namespace BootAppliance.Http.Api;

/// <summary>Routes of <c>/api</c> that only tell something: whoever may GET may ask by HEAD too, as monitors do (RFC 9110 section 9.1).</summary>
internal static class QueryRoutes
{
    private static readonly string[] methods = [HttpMethods.Get, HttpMethods.Head];

    public static RouteHandlerBuilder MapQuery(this IEndpointRouteBuilder api, string pattern, Delegate answer) => api.MapMethods(pattern, methods, answer);
}
