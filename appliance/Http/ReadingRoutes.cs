namespace BootAppliance.Http;

/// <summary>Routes for GET and HEAD; any other method is answered like everything else that does not exist.</summary>
internal static class ReadingRoutes
{
    public static void MapReading(this IEndpointRouteBuilder routes, string pattern, RequestDelegate answer) => routes.Map(pattern, Reading(answer));

    public static RequestDelegate Reading(RequestDelegate answer) =>
        context => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? answer(context) : BootAnswers.NotFoundAsync(context);
}
