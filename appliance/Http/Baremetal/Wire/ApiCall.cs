using System.Text.Json;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Versions;
using Microsoft.AspNetCore.Http.Features;

namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>A request to the bare metal API, read the way Ironic reads it: what it does not know it refuses.</summary>
internal sealed class ApiCall(HttpContext context)
{
    public ApiVersion Version { get; } = VersionNegotiation.Of(context);

    /// <summary>Ends when the client goes away.</summary>
    public CancellationToken Cancellation => context.RequestAborted;

    public HttpContext Context => context;

    /// <summary>The root of the links in answers, as the client reached it, without a slash at the end.</summary>
    public string Root { get; } = $"{context.Request.Scheme}://{context.Request.Host}";

    /// <summary>A piece of the path.</summary>
    public string Route(string name) => context.GetRouteValue(name) as string ?? "";

    /// <summary>A value of the query; null where it is not given.</summary>
    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A flag of the query; null where it is not given.</summary>
    public bool? Flag(string name) => Query(name) is not { } text ? null
        : FieldValue.FlagOf(text) ?? throw BaremetalException.Bad($"Invalid {name}: Unrecognized value '{text}', acceptable values are: 'true', 'false'");

    /// <summary>A UUID of the query; null where it is not given.</summary>
    public Guid? Uuid(string name) => Query(name) is not { } text ? null
        : Guid.TryParse(text, out var uuid) ? uuid : throw BaremetalException.Bad($"Expected UUID for {name}: {text}");

    /// <summary>Refuses arguments of the query that are not among these.</summary>
    public void Takes(params ReadOnlySpan<string> names)
    {
        List<string>? unknown = null;
        foreach (var (name, _) in context.Request.Query)
        {
            if (!names.Contains(name)) (unknown ??= []).Add(name);
        }

        if (unknown is not null) throw BaremetalException.Bad($"Unexpected arguments: {string.Join(", ", unknown)}");
    }

    /// <summary>Refuses clients whose version does not have what they ask for.</summary>
    public void Needs(int since)
    {
        if (!Version.Has(since)) throw BaremetalException.TooNew();
    }

    /// <summary>The JSON of the body.</summary>
    public async Task<JsonElement> BodyAsync()
    {
        try
        {
            return await StrictJson.ReadAsync(context.Request.Body, Cancellation);
        }
        catch (JsonException broken)
        {
            throw BaremetalException.Bad($"The body is not JSON: {broken.Message}");
        }
    }

    /// <summary>The JSON of the body, which must be an object; an empty body counts as one without fields.</summary>
    public async Task<JsonElement> ObjectAsync()
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }) return JsonElement.Parse("{}");
        var body = await BodyAsync();
        return body.ValueKind == JsonValueKind.Object ? body : throw BaremetalException.Bad("The body must be a JSON object.");
    }
}
