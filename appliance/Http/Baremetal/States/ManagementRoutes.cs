using System.Text.Json;
using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.States;

/// <summary><c>/v1/nodes/NODE/management</c>: what the machine boots from; and its interrupt.</summary>
internal sealed class ManagementRoutes(NodeRegistry nodes, Provisioner provisioner)
{
    private const int InjectNmiSince = 29;

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/nodes/{id}/management/boot_device", ShowAsync);
        routes.Put("/nodes/{id}/management/boot_device", ChangeAsync);
        routes.Get("/nodes/{id}/management/boot_device/supported", Supported);
        routes.Put("/nodes/{id}/management/inject_nmi", InterruptAsync, InjectNmiSince);
    }

    private async Task<ApiAnswer> ShowAsync(ApiCall call)
    {
        var node = nodes.Get(call);
        BootDevice? device = null;
        await provisioner.AskAsync(node.Uuid, async (task, cancellation) => device = await provisioner.Types.ManagementOf(task.Node).GetBootDeviceAsync(task.Node, cancellation), call.Cancellation);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("boot_device", device!.Name);
            if (device.Persistent is { } persistent) writer.WriteBoolean("persistent", persistent);
            else writer.WriteNull("persistent");
            writer.WriteEndObject();
        });
    }

    private async Task<ApiAnswer> ChangeAsync(ApiCall call)
    {
        var body = await StateBody.ReadAsync(call, "boot_device", "persistent");
        var node = nodes.Get(call);
        var device = new BootDevice(body.RequiredText("boot_device"), body.Flag("persistent") ?? false);
        var management = provisioner.Types.ManagementOf(node);
        management.Validate(node);
        if (!management.SupportedBootDevices(node).Contains(device.Name!)) throw BaremetalException.Bad($"Invalid boot device {device.Name} specified.");
        await provisioner.AskAsync(node.Uuid, (task, cancellation) => management.SetBootDeviceAsync(task.Node, device, cancellation), call.Cancellation);
        return ApiAnswer.NoContent;
    }

    private ApiAnswer Supported(ApiCall call)
    {
        var node = nodes.Get(call);
        var devices = provisioner.Types.ManagementOf(node).SupportedBootDevices(node);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("supported_boot_devices");
            foreach (var device in devices) writer.WriteStringValue(device);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private async Task<ApiAnswer> InterruptAsync(ApiCall call)
    {
        await StateBody.ReadAsync(call);
        var node = nodes.Get(call);
        await provisioner.AskAsync(node.Uuid, (task, cancellation) => provisioner.Types.ManagementOf(task.Node).InjectNmiAsync(task.Node, cancellation), call.Cancellation);
        return ApiAnswer.NoContent;
    }
}
