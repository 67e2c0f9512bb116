using System.Text.Json.Nodes;

namespace BootAppliance.Nodes;

/// <summary>Whether a verb may be asked of a node now, and what of the node changes when it begins.</summary>
internal static class VerbRules
{
    /// <summary>Refuses in Ironic's order and words: state, protection, maintenance, and what the node's interfaces need.</summary>
    public static void Check(Node node, ProvisionVerb verb, VerbOptions options, HardwareTypes types)
    {
        if (node.ProvisionState.Next(verb.ToEvent()) is null) throw NodeException.NotAllowed(verb.ToApiString(), node);
        if (verb is ProvisionVerb.Delete or ProvisionVerb.Rebuild && node.Protected) throw NodeException.Guarded(node);
        if (Operation(verb) is { } operation)
        {
            if (node.Maintenance)
                throw new NodeException(NodeFailure.Invalid, $"The {operation} operation can't be performed on node {node.Uuid} because it's in maintenance mode.");
            if (node.Retired && verb == ProvisionVerb.Provide)
                throw new NodeException(NodeFailure.Invalid, $"The {operation} operation can't be performed on node {node.Uuid} because it is retired.");
        }

        CheckOptions(verb, options);
        CheckInterfaces(node, verb, types);
    }

    /// <summary>The node as it is when the verb has begun.</summary>
    public static Node Begin(Node node, ProvisionVerb verb, VerbOptions options, DateTimeOffset now)
    {
        if (verb == ProvisionVerb.Abort) return node.WithoutRescuePassword() with { LastError = AbortError(node) };
        if (verb == ProvisionVerb.Unhold) return node with { LastError = null };
        node = node.WithoutAgentToken() with { LastError = null };
        return verb switch
        {
            ProvisionVerb.Provide => node.WithoutSteps(StepUse.Clean),
            ProvisionVerb.Clean => node.WithSteps(StepUse.Clean, options),
            ProvisionVerb.Service => node.WithSteps(StepUse.Service, options),
            ProvisionVerb.Deploy or ProvisionVerb.Rebuild => WithConfigDrive(node.WithSteps(StepUse.Deploy, options), options.ConfigDrive),
            ProvisionVerb.Inspect => node with { InspectionStartedAt = now, InspectionFinishedAt = null },
            ProvisionVerb.Rescue => node with { InstanceInfo = node.InstanceInfo.With(NodeInstance.RescuePassword, (JsonNode)options.RescuePassword!) },
            _ => node,
        };
    }

    /// <summary>Where the verb takes the node, where that is not where its first state usually leads.</summary>
    public static ProvisionState? Target(Node node, ProvisionVerb verb) =>
        verb == ProvisionVerb.Clean || (verb == ProvisionVerb.Delete && node.Retired) ? ProvisionState.Manageable : null;

    /// <summary>Ironic's word for what maintenance keeps from being done.</summary>
    private static string? Operation(ProvisionVerb verb) => verb switch
    {
        ProvisionVerb.Deploy or ProvisionVerb.Rebuild => "provisioning",
        ProvisionVerb.Provide => "providing",
        ProvisionVerb.Clean => "cleaning",
        ProvisionVerb.Rescue => "rescuing",
        ProvisionVerb.Unrescue => "unrescuing",
        ProvisionVerb.Service => "servicing",
        _ => null,
    };

    private static void CheckOptions(ProvisionVerb verb, VerbOptions options)
    {
        if (verb is ProvisionVerb.Clean or ProvisionVerb.Service && options.Steps.IsEmpty)
        {
            var word = verb.ToApiString();
            throw new NodeException(NodeFailure.Invalid, $"\"{word}_steps\" is required when setting target provision state to {word}");
        }

        if (verb == ProvisionVerb.Rescue && string.IsNullOrWhiteSpace(options.RescuePassword))
            throw new NodeException(NodeFailure.Invalid, "A non-empty \"rescue_password\" is required when setting target provision state to rescue");
    }

    private static void CheckInterfaces(Node node, ProvisionVerb verb, HardwareTypes types)
    {
        switch (verb)
        {
            case ProvisionVerb.Deploy or ProvisionVerb.Rebuild:
                Validate(node, "Failed to validate deploy or power info for node {0}. Error: {1}", types.PowerOf(node), types.BootOf(node), types.DeployOf(node));
                break;
            case ProvisionVerb.Delete:
                Validate(node, "Failed to validate power info. Cannot delete instance on node {0}. Error: {1}", types.PowerOf(node));
                break;
            case ProvisionVerb.Inspect:
                Validate(node, "Failed to inspect hardware. Reason: Failed to validate inspection or power info. Error: {1}", types.InspectOf(node), types.PowerOf(node));
                break;
            case ProvisionVerb.Clean or ProvisionVerb.Service:
                Validate(node, "Failed to validate power or network info. Cannot " + verb.ToApiString() + " node {0}. Error: {1}", types.PowerOf(node));
                break;
            case ProvisionVerb.Rescue or ProvisionVerb.Unrescue:
                Validate(node, "Failed to validate power or rescue info for node {0}. Error: {1}", types.RescueOf(node), types.PowerOf(node));
                break;
        }
    }

    private static void Validate(Node node, string refusal, params ReadOnlySpan<IDriverInterface> interfaces)
    {
        foreach (var driver in interfaces)
        {
            try
            {
                driver.Validate(node);
            }
            catch (NodeException missing) when (missing.Kind == NodeFailure.Invalid)
            {
                throw new NodeException(NodeFailure.Invalid, refusal.Replace("{0}", node.Uuid.ToString(), StringComparison.Ordinal).Replace("{1}", missing.Message, StringComparison.Ordinal));
            }
        }
    }

    private static string? AbortError(Node node)
    {
        var next = node.ProvisionState.Next(ProvisionEvent.Abort)!.Value;
        return next.Has(ProvisionTraits.Failed) ? $"By request, the {next.ToApiString().Replace(" failed", "", StringComparison.Ordinal)} operation was aborted" : null;
    }

    private static Node WithConfigDrive(Node node, JsonNode? configDrive) =>
        configDrive is null ? node : node with { InstanceInfo = node.InstanceInfo.With(NodeInstance.ConfigDrive, configDrive.DeepClone()) };
}
