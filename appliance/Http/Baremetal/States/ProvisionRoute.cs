using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.States;

/// <summary><c>PUT /v1/nodes/NODE/states/provision</c>: the verbs of the state machine.</summary>
internal sealed class ProvisionRoute(NodeRegistry nodes, Provisioner provisioner, ResourceRegistry<Runbook> runbooks)
{
    private const int DeployStepsSince = 69;
    private const int DisableRamdiskSince = 70;
    private const int InspectAbortSince = 41;
    private const int RunbooksSince = 92;

    private static readonly Dictionary<string, int> since = new()
    {
        ["manage"] = 4,
        ["provide"] = 4,
        ["inspect"] = 6,
        ["abort"] = 13,
        ["clean"] = 15,
        ["adopt"] = 17,
        ["rescue"] = 38,
        ["unrescue"] = 38,
        ["deploy"] = 73,
        ["undeploy"] = 73,
        ["unhold"] = 85,
        ["service"] = 87,
    };

    public async Task<ApiAnswer> AnswerAsync(ApiCall call)
    {
        // Before the body, which may be a config drive of many megabytes.
        var node = nodes.Get(call);
        var body = await StateBody.ReadAsync(
            call, "target", "configdrive", "clean_steps", "deploy_steps", "service_steps", "rescue_password", "disable_ramdisk", "runbook");
        var target = body.RequiredText("target");
        call.Needs(since.GetValueOrDefault(target, 1));
        var verb = Verb(node, target, call);
        await provisioner.BeginAsync(node.Uuid, verb, Options(body, node, verb, target, call), call.Cancellation);
        return StateRoutes.Accepted(call);
    }

    /// <summary>As Ironic: a word that is no verb is one that no state allows.</summary>
    private ProvisionVerb Verb(Node node, string target, ApiCall call)
    {
        if (!ProvisionVerbs.TryParse(target, out var verb)) throw NotAllowed(node, target);
        if (verb == ProvisionVerb.Abort)
        {
            // From 1.110 on a deployment that waits can be aborted; before, it is deleted.
            if (node.ProvisionState == ProvisionState.DeployWait) throw NotAllowed(node, target);
            if (node.ProvisionState == ProvisionState.InspectWait) call.Needs(InspectAbortSince);
        }

        if (node.ProvisionState.Next(verb.ToEvent()) is null && nodes.Reservation(node) is null) throw NotAllowed(node, target);
        return verb;
    }

    private VerbOptions Options(StateBody body, Node node, ProvisionVerb verb, string target, ApiCall call)
    {
        Only(body, "clean_steps", verb is ProvisionVerb.Clean, "clean");
        Only(body, "service_steps", verb is ProvisionVerb.Service, "service");
        Only(body, "deploy_steps", verb is ProvisionVerb.Deploy or ProvisionVerb.Rebuild, "active or rebuild");
        Only(body, "rescue_password", verb is ProvisionVerb.Rescue, "rescue");
        Only(body, "disable_ramdisk", verb is ProvisionVerb.Clean or ProvisionVerb.Service, "clean or service");
        if (body.Has("deploy_steps")) call.Needs(DeployStepsSince);
        if (body.Has("disable_ramdisk")) call.Needs(DisableRamdiskSince);
        var options = new VerbOptions
        {
            Steps = verb switch
            {
                ProvisionVerb.Clean => body.Steps("clean_steps", "interface", "step"),
                ProvisionVerb.Service => body.Steps("service_steps", "interface", "step"),
                ProvisionVerb.Deploy or ProvisionVerb.Rebuild => body.Steps("deploy_steps", "interface", "step", "args", "priority"),
                _ => [],
            },
            ConfigDrive = ConfigDrive.Read(body, target, call),
            RescuePassword = body.Text("rescue_password"),
            DisableRamdisk = body.Flag("disable_ramdisk") ?? false,
        };
        return body.Text("runbook") is { } name ? WithRunbook(options, name, node, verb, call) : options;
    }

    private VerbOptions WithRunbook(VerbOptions options, string name, Node node, ProvisionVerb verb, ApiCall call)
    {
        call.Needs(RunbooksSince);
        if (verb is not (ProvisionVerb.Clean or ProvisionVerb.Service)) throw OnlyWith("runbook", "clean or service");
        if (!options.Steps.IsEmpty) throw BaremetalException.Bad("Please provide either \"runbook\" or steps, not both");
        var runbook = runbooks.Get(name);
        if (!node.Traits.Any(trait => trait == runbook.Name)) throw BaremetalException.Bad($"Runbook {name} cannot be used on node {node.Uuid}: the node does not have the trait {runbook.Name}");
        return options with { Steps = [.. runbook.Steps.OrderBy(Order).Select(step => step.Without("order"))], DisableRamdisk = options.DisableRamdisk || runbook.DisableRamdisk };
    }

    private static int Order(JsonFields step) => step.TryGetValue("order", out var order) && int.TryParse(order.ToString(), out var place) ? place : 0;

    private static void Only(StateBody body, string name, bool isRight, string target)
    {
        if (body.Has(name) && !isRight) throw OnlyWith(name, target);
    }

    private static BaremetalException OnlyWith(string name, string target) => BaremetalException.Bad($"\"{name}\" is only valid when setting target provision state to {target}");

    private static BaremetalException NotAllowed(Node node, string action) =>
        BaremetalException.Bad($"The requested action \"{action}\" can not be performed on node \"{node.Uuid}\" while it is in state \"{node.ProvisionState.ToApiString()}\".");
}
