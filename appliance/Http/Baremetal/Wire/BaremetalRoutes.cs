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

    /// <summary>HEAD is GET whose body Kestrel keeps back: monitors and load balancers ask so.</summary>
    public static string[] Reading { get; } = [HttpMethods.Get, HttpMethods.Head];

    public void Get(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map(Reading, path, answer, since, tooOld);

    public void Get(string path, Func<ApiCall, ApiAnswer> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) =>
        Map(Reading, path, call => Task.FromResult(answer(call)), since, tooOld);

    /// <summary>A GET that hands something out which it hands out once: a HEAD would lose it.</summary>
    public void GetOnce(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since) => Map([HttpMethods.Get], path, answer, since, StatusCodes.Status404NotFound);

    public void Post(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map([HttpMethods.Post], path, answer, since, tooOld);

    public void Put(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map([HttpMethods.Put], path, answer, since, tooOld);

    public void Patch(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map([HttpMethods.Patch], path, answer, since, tooOld);

    public void Delete(string path, Func<ApiCall, Task<ApiAnswer>> answer, int since = 1, int tooOld = StatusCodes.Status404NotFound) => Map([HttpMethods.Delete], path, answer, since, tooOld);

    private void Map(string[] methods, string path, Func<ApiCall, Task<ApiAnswer>> answer, int since, int tooOld)
    {
        routes.MapMethods("/v1" + path, methods, alone ? Alone(Handle) : Handle);

        async Task Handle(HttpContext context)
        {
            if (!VersionNegotiation.Of(context).Has(since)) throw BaremetalException.TooOld(tooOld);
            var result = await answer(new ApiCall(context));
            await result.WriteAsync(context.Response);
        }
    }
}
