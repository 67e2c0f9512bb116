using System.Collections.Immutable;
using System.Text.Json;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.States;

/// <summary>The arguments in the body of a request for a change of state, refused in Ironic's words where they are not what is expected.</summary>
internal sealed class StateBody
{
    private readonly JsonElement body;

    private StateBody(JsonElement body) => this.body = body;

    public static async Task<StateBody> ReadAsync(ApiCall call, params IReadOnlyCollection<string> names)
    {
        var given = await call.ObjectAsync();
        var unexpected = given.EnumerateObject().Select(member => member.Name).Where(name => !names.Contains(name)).ToList();
        return unexpected.Count == 0 ? new(given) : throw BaremetalException.Bad($"Unexpected arguments: {string.Join(", ", unexpected)}");
    }

    /// <summary>A value that is not null; undefined where there is none.</summary>
    public JsonElement Value(string name) => body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    public bool Has(string name) => Value(name).ValueKind != JsonValueKind.Undefined;

    public string? Text(string name) => !Has(name) ? null
        : Value(name).ValueKind == JsonValueKind.String ? Value(name).GetString() : throw BaremetalException.Bad($"Expected string for {name}: {Value(name).GetRawText()}");

    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    public bool? Flag(string name) => !Has(name) ? null : new FieldValue("node", name, Value(name)).Flag();

    public bool RequiredFlag(string name) => Flag(name) ?? throw Missing(name);

    public int? Integer(string name) => !Has(name) ? null
        : Value(name).ValueKind == JsonValueKind.Number && Value(name).TryGetInt32(out var number) ? number : throw BaremetalException.Bad($"Expected integer for {name}: {Value(name).GetRawText()}");

    /// <summary>The steps of a job, each with what it must have and nothing else.</summary>
    /// <param name="name">Which argument they are in, as in <c>clean_steps</c>.</param>
    /// <param name="required">The fields that each step must have.</param>
    public ImmutableArray<JsonFields> Steps(string name, params ReadOnlySpan<string> required)
    {
        if (!Has(name)) return [];
        var list = Value(name).ValueKind == JsonValueKind.Array ? Value(name) : throw Invalid(name, $"{Value(name).GetRawText()} is not of type 'array'");
        var steps = ImmutableArray.CreateBuilder<JsonFields>();
        foreach (var step in list.EnumerateArray())
        {
            if (StepSchema.Problem(step, required) is { } problem) throw Invalid(name, $"{problem}\n\nOn instance[{steps.Count}]:\n    {step.GetRawText()}");
            steps.Add(JsonFields.From(step));
        }

        return steps.ToImmutable();
    }

    private static BaremetalException Missing(string name) => BaremetalException.Bad($"Missing mandatory parameter: {name}");

    private static BaremetalException Invalid(string name, string problem) => BaremetalException.Bad($"Invalid {name}: {problem}");
}
