using BootAppliance.Http.Baremetal.Versions;

namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>The routes below <c>/v1</c>. A path with a slash at the end is the same path.</summary>
/// <param name="routes">Where they go.</param>
/// <param name="alone">Whether each negotiates its version and words its refusals by itself, in a server that is not of this API.</param>
internal sealed class BaremetalRoutes(IEndpointRouteBuilder routes, bool alone = false)
{
    /// <summary>An answer of this API in a server whose other answers are not.</summary>
    public static RequestDelegate Alone(RequestDelegate answer) =>
        context => BaremetalErrors.HandleAsync(context, negotiating => VersionNegotiation.NegotiateAsync(negotiating, answer));

    public void Get(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map("GET", path, answer, since, tooOld);

    public void Get(string path, Func<ApiCall, ApiAnswer> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) =>
        Map("GET", path, call => Task.FromResult(answer(call)), since, tooOld);

    public void Post(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map("POST", path, answer, since, tooOld);

    public void Put(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map("PUT", path, answer, since, tooOld);

    public void Patch(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map("PATCH", path, answer, since, tooOld);

    public void Delete(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map("DELETE", path, answer, since, tooOld);

    private void Map(string method, string path, Func<ApiCall, Task<ApiAnswer>> answer, int since, int tooOld)
    {
        routes.MapMethods("/v1" + path, [method], alone ? Alone(Handle) : Handle);

        async Task Handle(HttpContext context)
        {
            if (!VersionNegotiation.Of(context).Has(since)) throw BaremetalException.TooOld(tooOld);
            var result = await answer(new ApiCall(context));
            await result.WriteAsync(context.Response);
        }
    }
}
