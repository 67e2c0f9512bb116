using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BootAppliance.Nodes;

/// <summary>Runs the steps of a cleaning, a deployment or a service one after the other; each one is durable in the node before it begins.</summary>
/// <param name="types">What offers the steps.</param>
/// <param name="templates">The deploy templates that there are now.</param>
internal sealed class StepRunner(HardwareTypes types, Func<IEnumerable<DeployTemplate>> templates)
{
    // The deployment itself, at Ironic's place among the steps around it: those with a greater priority come before it.
    private static readonly JsonFields deployment = JsonFields.Parse("""{"interface": "deploy", "step": "deploy", "priority": 100, "args": {}}""");

    /// <summary>The steps that a node was asked for, in order, and those of its deploy templates; refused where the node has one that nothing does.</summary>
    public ImmutableArray<JsonFields> Plan(Node node, StepUse use)
    {
        var asked = node.Steps(use);
        if (use == StepUse.Deploy) asked = [.. asked, .. OfTemplates(node).Where(step => !asked.Any(own => IsSame(own, step)))];
        foreach (var step in asked)
        {
            if (!IsHold(step) && Find(node, use, step) is null) throw new DriverException($"Cannot {use.Word()} node {node.Uuid}: node does not support this {use.Word()} step: {Quote(step)}");
        }

        return use == StepUse.Deploy ? [.. asked.Append(deployment).OrderByDescending(Priority)] : asked;
    }

    /// <summary>The steps of a cleaning that nobody asked for.</summary>
    public ImmutableArray<JsonFields> PlanAutomatedClean(Node node) =>
    [
        .. InterfaceKinds.All.SelectMany(kind => types.Find(node, kind)?.Steps.Where(step => step.Kind == kind) ?? [])
            .Where(step => step.Use.HasFlag(StepUse.Clean) && step.Priority > 0)
            .OrderByDescending(step => step.Priority)
            .Select(step => JsonFields.Empty.With("interface", (JsonNode)step.Kind.ToApiString()).With("step", (JsonNode)step.Name).With("priority", (JsonNode)step.Priority)),
    ];

    /// <summary>Runs what is left of the steps.</summary>
    /// <returns>The event that stops them; null when all are complete.</returns>
    public async Task<ProvisionEvent?> RunAsync(NodeTask task, StepUse use, CancellationToken cancellation)
    {
        var steps = task.Node.Steps(use);
        for (var index = (task.Node.LastStep(use) ?? -1) + 1; index < steps.Length; index++)
        {
            var (step, at) = (steps[index], index);
            await task.UpdateAsync(node => node.At(use, at, step), $"{use.Word()} step {step.Text("interface")}.{step.Text("step")} begins");
            if (IsHold(step)) return ProvisionEvent.Hold;
            if (await RunAsync(task, use, step, cancellation) == WorkOutcome.Waits) return ProvisionEvent.Wait;
        }

        return null;
    }

    private async Task<WorkOutcome> RunAsync(NodeTask task, StepUse use, JsonFields step, CancellationToken cancellation)
    {
        try
        {
            if (use == StepUse.Deploy && step.Equals(deployment)) return await types.DeployOf(task.Node).DeployAsync(task, cancellation);
            return await Find(task.Node, use, step)!.RunAsync(task, Arguments(step), cancellation);
        }
        catch (Exception failure) when (failure is DriverException or NodeException)
        {
            throw new DriverException($"Node {task.Node.Uuid} failed {use.Word()} step {Quote(step)}: {failure.Message}", failure);
        }
    }

    /// <summary>As in Ironic: the templates whose name is a trait that the instance asks for.</summary>
    private IEnumerable<JsonFields> OfTemplates(Node node)
    {
        var traits = node.InstanceInfo.Texts("traits");
        return templates().Where(template => template.Name is { } name && traits.Contains(name)).SelectMany(template => template.Steps);
    }

    /// <summary>Whether two lists mean one step, which is then run as whoever asked for the deployment wrote it.</summary>
    private static bool IsSame(JsonFields one, JsonFields other) => one.Text("interface") == other.Text("interface") && one.Text("step") == other.Text("step");

    private DriverStep? Find(Node node, StepUse use, JsonFields step) =>
        InterfaceKinds.TryParse(step.Text("interface"), out var kind)
            ? types.Find(node, kind)?.Steps.FirstOrDefault(s => s.Kind == kind && s.Name == step.Text("step") && s.Use.HasFlag(use))
            : null;

    private static bool IsHold(JsonFields step) => step.Text("step") == "hold";

    private static JsonFields Arguments(JsonFields step) =>
        step.TryGetValue("args", out var value) && value.ValueKind == JsonValueKind.Object ? JsonFields.From(value) : JsonFields.Empty;

    private static int Priority(JsonFields step) =>
        step.TryGetValue("priority", out var value) && int.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var priority) ? priority : 0;

    /// <summary>As Ironic shows a step to people; without its arguments, which may hold secrets.</summary>
    private static string Quote(JsonFields step) => $"{{'interface': '{step.Text("interface")}', 'step': '{step.Text("step")}'}}";
}
