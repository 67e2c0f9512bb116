using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BootAppliance.Nodes;

/// <summary>The steps of a job that a node is at, kept in <c>driver_internal_info</c> under Ironic's names.</summary>
internal static class NodeSteps
{
    private const string DisableRamdisk = "cleaning_disable_ramdisk";
    private const string UserDeploySteps = "user_deploy_steps";

    /// <summary>The node with the steps that somebody asked for.</summary>
    public static Node WithSteps(this Node node, StepUse use, VerbOptions options)
    {
        var info = node.DriverInternalInfo.Without(Index(use));
        var steps = new JsonArray([.. options.Steps.Select(step => JsonNode.Parse(step.ToString()))]);
        info = use == StepUse.Deploy
            ? (steps.Count == 0 ? info.Without(UserDeploySteps) : info.With(UserDeploySteps, steps)).With(List(use), (JsonNode?)null)
            : info.With(List(use), steps);
        if (use == StepUse.Clean) info = info.With(DisableRamdisk, (JsonNode)options.DisableRamdisk);
        return WithStep(node with { DriverInternalInfo = info }, use, JsonFields.Empty);
    }

    /// <summary>The node when the job is over.</summary>
    public static Node WithoutSteps(this Node node, StepUse use)
    {
        var info = node.DriverInternalInfo.Without(Index(use)).Without(DisableRamdisk).Without(UserDeploySteps);
        if (info.TryGetValue(List(use), out _)) info = info.With(List(use), (JsonNode?)null);
        return WithStep(node with { DriverInternalInfo = info }, use, JsonFields.Empty);
    }

    /// <summary>The steps that somebody asked for, or that the job was found to have.</summary>
    public static ImmutableArray<JsonFields> Steps(this Node node, StepUse use) =>
        Read(node, List(use)) is { IsEmpty: false } steps ? steps : use == StepUse.Deploy ? Read(node, UserDeploySteps) : [];

    /// <summary>The node with the steps of its job in their order, none of which has begun.</summary>
    public static Node Ready(this Node node, StepUse use, IEnumerable<JsonFields> steps) => node with
    {
        DriverInternalInfo = node.DriverInternalInfo
            .With(List(use), new JsonArray([.. steps.Select(step => JsonNode.Parse(step.ToString()))]))
            .With(Index(use), (JsonNode)(-1)),
    };

    /// <summary>The place of the step that began last; -1: none did; null: the machine is not ready for steps.</summary>
    public static int? LastStep(this Node node, StepUse use) =>
        node.DriverInternalInfo.TryGetValue(Index(use), out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) ? index : null;

    /// <summary>The node at a step.</summary>
    public static Node At(this Node node, StepUse use, int index, JsonFields step) =>
        WithStep(node with { DriverInternalInfo = node.DriverInternalInfo.With(Index(use), (JsonNode)index) }, use, step);

    /// <summary>Whether the steps run without the agent.</summary>
    public static bool StepsNeedNoAgent(this Node node) => node.DriverInternalInfo.TryGetValue(DisableRamdisk, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The step that the node is at; empty where it is at none.</summary>
    public static JsonFields Step(this Node node, StepUse use) => use switch
    {
        StepUse.Clean => node.CleanStep,
        StepUse.Deploy => node.DeployStep,
        _ => node.ServiceStep,
    };

    /// <summary>The word for a job, as in <c>clean_steps</c>.</summary>
    public static string Word(this StepUse use) => use.ToString().ToLowerInvariant();

    private static Node WithStep(Node node, StepUse use, JsonFields step) => use switch
    {
        StepUse.Clean => node with { CleanStep = step },
        StepUse.Deploy => node with { DeployStep = step },
        _ => node with { ServiceStep = step },
    };

    private static string List(StepUse use) => use.Word() + "_steps";

    private static string Index(StepUse use) => use.Word() + "_step_index";

    private static ImmutableArray<JsonFields> Read(Node node, string key) =>
        node.DriverInternalInfo.TryGetValue(key, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(step => step.ValueKind == JsonValueKind.Object).Select(JsonFields.From)]
            : [];
}
