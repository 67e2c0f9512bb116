using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>What the steps of a deploy template or a runbook must be.</summary>
/// <param name="word">What has the steps, as in <c>runbook</c>.</param>
/// <param name="place">The name of the field that says when a step is its turn.</param>
/// <param name="interfaces">The interfaces that have such steps.</param>
internal sealed class StepRules(string word, string place, string[] interfaces)
{
    private readonly string[] fields = ["interface", "step", "args", place];

    public static Field<T> FieldOf<T>(int since, Func<T, ImmutableArray<JsonFields>> get, Func<T, FieldValue, T> set) => new("steps", since, (writer, item, _) =>
    {
        writer.WriteStartArray();
        foreach (var step in get(item)) step.ToElement().WriteTo(writer);
        writer.WriteEndArray();
    })
    {
        Set = set,
        IsRequired = true,
    };

    public ImmutableArray<JsonFields> Read(FieldValue value)
    {
        if (value.Value.ValueKind != JsonValueKind.Array) throw value.Wrong("'array'");
        if (value.Value.GetArrayLength() == 0) throw Bad("[] is too short");
        var steps = value.Value.EnumerateArray().Select(Step).ToImmutableArray();
        var twice = steps.GroupBy(step => (step.Text("interface"), step.Text("step"))).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? steps : throw Bad($"Duplicate {word.Replace('_', ' ')} steps: interface: {twice.Key.Item1}, step: {twice.Key.Item2}");
    }

    private JsonFields Step(JsonElement step)
    {
        if (step.ValueKind != JsonValueKind.Object) throw Bad($"{step.GetRawText()} is not of type 'object'");
        var content = JsonFields.From(step);
        foreach (var member in step.EnumerateObject())
        {
            if (!fields.Contains(member.Name)) throw Bad($"Additional properties are not allowed ('{member.Name}' was unexpected)");
        }

        if (fields.FirstOrDefault(name => !content.TryGetValue(name, out _)) is { } missing) throw Bad($"'{missing}' is a required property");
        if (!interfaces.Contains(content.Text("interface"))) throw Bad($"{Shown("interface")} is not one of ['{string.Join("', '", interfaces)}']");
        if (content.Text("step") is not { Length: > 0 }) throw Bad($"{Shown("step")} is not the name of a step");
        if (content.TryGetValue("args", out var args) && args.ValueKind != JsonValueKind.Object) throw Bad($"{Shown("args")} is not of type 'object'");
        return Place(content) is { } number ? content.With(place, number) : throw Bad($"{Shown(place)} is not a number from 0 on");

        string Shown(string name) => content.TryGetValue(name, out var value) ? value.GetRawText() : "None";
    }

    /// <summary>Command lines give numbers as texts.</summary>
    private int? Place(JsonFields step)
    {
        step.TryGetValue(place, out var value);
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out var number) && number >= 0 => number,
            JsonValueKind.String when int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
    }

    private BaremetalException Bad(string why) => BaremetalException.Bad($"Schema error for {word}: {why}. Failed validating 'steps'");
}
