using System.Text.Json;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.States;

/// <summary><c>/v1/nodes/NODE/states</c>: where a node is, and where it shall go.</summary>
internal sealed class StateRoutes(NodeRegistry nodes, Provisioner provisioner, ResourceRegistry<Runbook> runbooks)
{
    private const int RaidSince = 12;
    private const int BootModeSince = 75;
    private const int ChangeBootModeSince = 76;
    private const int AvailableSince = 2;

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/nodes/{id}/states", Show);
        routes.Put("/nodes/{id}/states/provision", new ProvisionRoute(nodes, provisioner, runbooks).AnswerAsync);
        routes.Put("/nodes/{id}/states/power", new PowerRoute(nodes, provisioner).AnswerAsync);
        routes.Put("/nodes/{id}/states/raid", ChangeRaidAsync, RaidSince, StatusCodes.Status406NotAcceptable);
        routes.Put("/nodes/{id}/states/boot_mode", ChangeBootModeAsync, ChangeBootModeSince);
        routes.Put("/nodes/{id}/states/secure_boot", ChangeSecureBootAsync, ChangeBootModeSince);
        routes.Get("/nodes/{id}/states/console", ShowConsole);
        routes.Put("/nodes/{id}/states/console", ChangeConsoleAsync);
        routes.Get("/nodes/{id}/validate", new ValidateRoute(nodes, provisioner.Types).Answer);
        new ManagementRoutes(nodes, provisioner).Map(routes);
    }

    /// <summary>The change has begun; the node's states tell how it goes.</summary>
    public static ApiAnswer Accepted(ApiCall call, string where = "states") => ApiAnswer.Accepted with { Location = $"{call.Root}/v1/nodes/{Uri.EscapeDataString(call.Route("id"))}/{where}" };

    private ApiAnswer Show(ApiCall call)
    {
        var node = nodes.Get(call);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("console_enabled", node.ConsoleEnabled);
            writer.WriteString("last_error", node.LastError);
            writer.WriteString("power_state", PowerRoute.Word(PowerRoute.Told(node)));
            writer.WriteString("provision_state", Word(node.ProvisionState, call));
            writer.WriteString("provision_updated_at", Timestamp.Of(node.ProvisionUpdatedAt));
            writer.WriteString("target_power_state", PowerRoute.Word(node.TargetPowerState));
            writer.WriteString("target_provision_state", node.TargetProvisionState is { } target ? Word(target, call) : null);
            if (call.Version.Has(RaidSince)) WriteRaid(writer, node);
            if (call.Version.Has(BootModeSince))
            {
                writer.WriteString("boot_mode", node.BootMode);
                if (node.SecureBoot is { } secure) writer.WriteBoolean("secure_boot", secure);
                else writer.WriteNull("secure_boot");
            }

            writer.WriteEndObject();
        });
    }

    private static void WriteRaid(Utf8JsonWriter writer, Node node)
    {
        writer.WritePropertyName("raid_config");
        node.RaidConfig.ToElement().WriteTo(writer);
        writer.WritePropertyName("target_raid_config");
        node.TargetRaidConfig.ToElement().WriteTo(writer);
    }

    /// <summary>The first version had no word for <c>available</c>.</summary>
    private static string? Word(ProvisionState state, ApiCall call) => state == ProvisionState.Available && !call.Version.Has(AvailableSince) ? null : state.ToApiString();

    private async Task<ApiAnswer> ChangeRaidAsync(ApiCall call)
    {
        var wanted = await call.ObjectAsync();
        var node = nodes.Get(call);
        _ = provisioner.Types.Get<IDriverInterface>(node, InterfaceKind.Raid);
        if (wanted.EnumerateObject().Any() && (!wanted.TryGetProperty("logical_disks", out var disks) || disks.ValueKind != JsonValueKind.Array))
            throw BaremetalException.Bad("RAID config validation error: 'logical_disks' is a required property, a list");
        await nodes.UpdateAsync(node.Uuid, n => n with { TargetRaidConfig = JsonFields.From(wanted) });
        return ApiAnswer.NoContent;
    }

    private async Task<ApiAnswer> ChangeBootModeAsync(ApiCall call)
    {
        var body = await StateBody.ReadAsync(call, "target");
        var node = nodes.Get(call);
        var mode = body.RequiredText("target");
        if (mode is not ("bios" or "uefi")) throw BaremetalException.Bad($"Invalid boot mode {mode} requested for node. Allowed boot modes are: uefi, bios");
        return await BeginAsync(call, node, async (management, task, cancellation) =>
        {
            await Reworded(() => management.SetBootModeAsync(task.Node, mode, cancellation), $"Failed to change boot mode to '{mode}': ");
            await task.UpdateAsync(n => n with { BootMode = mode }, $"the boot mode is {mode}");
        });
    }

    private async Task<ApiAnswer> ChangeSecureBootAsync(ApiCall call)
    {
        var body = await StateBody.ReadAsync(call, "target");
        var node = nodes.Get(call);
        var isOn = body.RequiredFlag("target");
        return await BeginAsync(call, node, async (management, task, cancellation) =>
        {
            await Reworded(() => management.SetSecureBootAsync(task.Node, isOn, cancellation), $"Failed to change secure_boot state to '{isOn}': ");
            await task.UpdateAsync(n => n with { SecureBoot = isOn }, $"Secure Boot is {(isOn ? "on" : "off")}");
        });
    }

    private async Task<ApiAnswer> BeginAsync(ApiCall call, Node node, Func<IManagementInterface, NodeTask, CancellationToken, Task> change)
    {
        await provisioner.BeginAsync(
            node.Uuid,
            n => provisioner.Types.ManagementOf(n).Validate(n),
            (task, cancellation) => change(provisioner.Types.ManagementOf(task.Node), task, cancellation),
            call.Cancellation);
        return Accepted(call);
    }

    private static async Task Reworded(Func<Task> change, string prefix)
    {
        try
        {
            await change();
        }
        catch (Exception failure) when (failure is DriverException or NodeException)
        {
            throw new DriverException(prefix + failure.Message, failure);
        }
    }

    private ApiAnswer ShowConsole(ApiCall call)
    {
        var node = nodes.Get(call);
        _ = provisioner.Types.Get<IDriverInterface>(node, InterfaceKind.Console);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("console_enabled", node.ConsoleEnabled);
            writer.WriteNull("console_info");
            writer.WriteEndObject();
        });
    }

    private async Task<ApiAnswer> ChangeConsoleAsync(ApiCall call)
    {
        var body = await StateBody.ReadAsync(call, "enabled");
        var node = nodes.Get(call);
        var isOn = body.RequiredFlag("enabled");
        _ = provisioner.Types.Get<IDriverInterface>(node, InterfaceKind.Console);
        await nodes.UpdateAsync(node.Uuid, n => n.ConsoleEnabled == isOn ? n : n with { ConsoleEnabled = isOn });
        return Accepted(call, "states/console");
    }
}
