namespace BootAppliance.Http.Api;

/// <summary>The OpenAPI document of <c>/api</c>, made from its routes; the bare metal API is Ironic's, and described there.</summary>
internal static class ApiDocument
{
    public static void Add(IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.ShouldInclude = route => route.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true && route.HttpMethod != HttpMethods.Head;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "BootAppliance";
            document.Info.Description = "What the command line and the console use beside the bare metal API. Every refusal is {\"error\": {\"code\", \"message\"}}.";
            return Task.CompletedTask;
        });
    });
}
