using System.Text.Json;

namespace BootAppliance.Http.Api;

/// <summary>The body of a request whose path is judged before it: of a node that does not exist nobody needs to hear what is wrong with the body.</summary>
internal static class RequestBody
{
    /// <summary>Says in the API's description what <see cref="ReadAsync"/> is going to read.</summary>
    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder route)
        where T : notnull => route.Accepts<T>("application/json");

    public static async Task<T> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        try
        {
            return await request.ReadFromJsonAsync<T>(request.HttpContext.RequestAborted) ?? throw ApiException.Bad("the body is not what is expected: it is null");
        }
        catch (JsonException broken)
        {
            throw ApiException.Bad($"the body is not what is expected: {broken.Message}");
        }
    }
}
