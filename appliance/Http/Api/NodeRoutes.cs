using System.Text.Json;
using System.Text.Json.Nodes;
using BootAppliance.Http.Baremetal.States;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Progress;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;
using Microsoft.AspNetCore.Mvc;

namespace BootAppliance.Http.Api;

/// <summary>What may be said of a node when it is added or changed; what is absent stays as it is.</summary>
internal sealed record NodeRequest(
    string? Name, IReadOnlyList<string>? Macs, string? Kernel, IReadOnlyList<string>? Initrds, string? Iso, string? Args, string? Arch, string? Loader, string? ReplyForm, string? Vlan, bool Deploy, bool? Maintenance, string? MaintenanceReason);

/// <summary>The verb that a node is asked for, and what goes with it; the answer comes when the node rests or waits for its machine, unless it is not waited for.</summary>
internal sealed record ProvisionRequest(string? Target, JsonElement? Steps, JsonElement? ConfigDrive, string? RescuePassword, bool? DisableRamdisk, bool? Wait);

/// <summary><c>/api/nodes</c>: nodes with their ports in one request each, for the command line.</summary>
internal sealed class NodeRoutes(NodeRegistry nodes, Provisioner provisioner, BootResolver resolver, EventLog events, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery("/nodes", () => new { nodes = nodes.All.OrderBy(node => node.Label, StringComparer.OrdinalIgnoreCase).Select(node => NodeView.Of(node, resolver, looksAtImages: false)) }).WithSummary("All nodes, by name");
        api.MapPost("/nodes", AddAsync).WithSummary("Add a node with its MAC addresses and what it boots");
        api.MapQuery("/nodes/{id}", Show).WithSummary("A node, what it boots now, and how far its newest boot came");
        api.MapPatch("/nodes/{id}", ChangeAsync).Reads<NodeRequest>().WithSummary("Change a node; what is absent stays as it is");
        api.MapDelete("/nodes/{id}", RemoveAsync).WithSummary("Forget a node");
        api.MapPut("/nodes/{id}/provision", ProvisionAsync).Reads<ProvisionRequest>().WithSummary("Ask a node for a verb of the state machine");
    }

    private NodeView Show(string id)
    {
        var node = nodes.Get(id);
        var plan = resolver.Plan(node) as BootPlan.Network;
        var toLoad = plan is null ? 0 : resolver.CountServed(node, plan);
        BootPurpose? agentFor = node.ProvisionState.Has(ProvisionTraits.Waiting) ? plan?.Purpose : null;
        return NodeView.Of(node, resolver, BootProgress.Read(events.Query(EventQuery.ForNode(node)), time.GetUtcNow(), toLoad, agentFor));
    }

    private async Task<IResult> AddAsync([FromBody] NodeRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Name)) throw ApiException.Bad("a node needs a name");
        if (request.Macs is not { Count: > 0 }) throw ApiException.Bad("a node needs at least one MAC address: that is how it is known when it boots");
        if (request.Deploy && (request.Kernel ?? request.Iso) is null) throw ApiException.Bad("a node without a kernel or a disc image has nothing to be deployed with");
        var node = await nodes.AddAsync(Apply(request, new Node { ProvisionState = ProvisionState.Available }));
        if (request.Deploy) node = await provisioner.RequestAsync(node.Uuid, ProvisionVerb.Deploy);
        return Results.Json(NodeView.Of(node, resolver), statusCode: StatusCodes.Status201Created);
    }

    private async Task<NodeView> ChangeAsync(string id, HttpRequest http)
    {
        var uuid = nodes.Get(id).Uuid;
        var request = await RequestBody.ReadAsync<NodeRequest>(http);
        if (request.Deploy) throw ApiException.Bad("a change does not deploy: ask for that by /provision");
        return NodeView.Of(await nodes.UpdateAsync(uuid, node => Apply(request, node)), resolver);
    }

    private async Task<IResult> RemoveAsync(string id)
    {
        var node = nodes.Get(id);

        // Ironic wants an available node taken back to manageable before it is removed; nothing is lost by doing that for the operator.
        if (node is { ProvisionState: ProvisionState.Available, Protected: false }) await provisioner.RequestAsync(node.Uuid, ProvisionVerb.Manage);
        await nodes.RemoveAsync(node.Uuid);
        return Results.NoContent();
    }

    private async Task<NodeView> ProvisionAsync(string id, HttpRequest http, CancellationToken cancellation)
    {
        var node = nodes.Get(id);
        var request = await RequestBody.ReadAsync<ProvisionRequest>(http);
        if (!ProvisionVerbs.TryParse(request.Target, out var verb)) throw ApiException.Bad($"'{request.Target}' is no target; there are: {string.Join(", ", ProvisionVerbs.Words)}");
        var run = await provisioner.BeginAsync(node.Uuid, verb, Options(request), cancellation);
        return NodeView.Of(request.Wait == false ? run.Node : await run.Completion.WaitAsync(cancellation), resolver);
    }

    private static VerbOptions Options(ProvisionRequest request)
    {
        var (steps, drive) = (Read(request.Steps), Read(request.ConfigDrive));
        if (steps is { } list && (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(step => step.ValueKind != JsonValueKind.Object)))
            throw ApiException.Bad("steps are a list of objects, each with interface, step and args");
        if (drive is { } given && ConfigDrive.FindProblem(given) is { } problem) throw ApiException.Bad($"config_drive: {problem}");
        return new VerbOptions
        {
            Steps = steps is { } asked ? [.. asked.EnumerateArray().Select(JsonFields.From)] : [],
            ConfigDrive = drive is { } content ? JsonNode.Parse(content.GetRawText()) : null,
            RescuePassword = request.RescuePassword,
            DisableRamdisk = request.DisableRamdisk ?? false,
        };
    }

    private static JsonElement? Read(JsonElement? value)
    {
        try
        {
            return value is { } given ? StrictJson.Read(given) : null;
        }
        catch (JsonException broken)
        {
            throw ApiException.Bad($"the body is not what is expected: {broken.Message}");
        }
    }

    private static Node Apply(NodeRequest request, Node node)
    {
        if (request is { Iso: not null, Kernel: not null }) throw ApiException.Bad("a node boots a kernel or a disc image: name one of them");
        var instance = node.InstanceInfo;
        // The disc image goes before the kernel: a kernel that is named now is the one that is meant.
        if (request.Kernel is not null) instance = instance.Without("boot_iso").With("kernel", (JsonNode)Image(request.Kernel));
        if (request.Iso is not null) instance = instance.With("boot_iso", (JsonNode)Image(request.Iso));
        if (request.Initrds is not null) instance = instance.With("ramdisk", request.Initrds.Select(Image));
        if (request.Args is not null)
        {
            if (IpxeText.FindProblem(request.Args) is { } problem) throw ApiException.Bad(problem);
            instance = instance.With("kernel_append_params", (JsonNode)request.Args);
        }

        return node with
        {
            Name = request.Name ?? node.Name,
            InstanceInfo = instance,
            DriverInfo = Firmware(
                Firmware(Firmware(node.DriverInfo, NodeFirmware.BootLoaderField, request.Loader), NodeFirmware.ReplyFormField, request.ReplyForm), NodeFirmware.BootVlanField, request.Vlan),
            Properties = request.Arch is null ? node.Properties : node.Properties.With("cpu_arch", (JsonNode)request.Arch),
            Ports = request.Macs is null ? node.Ports : [.. request.Macs.Select(RequestedMac.Parse).Select(mac => node.Ports.FirstOrDefault(port => port.Address == mac) ?? new Port { Address = mac })],
            Maintenance = request.Maintenance ?? node.Maintenance,
            MaintenanceReason = request.Maintenance == false ? null : request.MaintenanceReason ?? node.MaintenanceReason,
        };
    }

    /// <summary>An empty text takes the field away: the usual choice is right again.</summary>
    private static JsonFields Firmware(JsonFields fields, string field, string? value) =>
        value is null ? fields : value.Length == 0 ? fields.Without(field) : fields.With(field, (JsonNode)value);

    private static string Image(string? text) => ImageReference.TryParse(text ?? "", out _, out var problem) ? text! : throw ApiException.Bad(problem);
}
