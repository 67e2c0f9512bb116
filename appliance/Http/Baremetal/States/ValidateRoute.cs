using BootAppliance.Http.Baremetal.Nodes;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.States;

/// <summary><c>GET /v1/nodes/NODE/validate</c>: for each kind of work on the node, whether it has what that needs.</summary>
internal sealed class ValidateRoute(NodeRegistry nodes, HardwareTypes types)
{
    private const int FirmwareSince = 86;

    // In Ironic's order: first what every node needs, then the rest; the vendor's own is not asked.
    private static readonly InterfaceKind[] kinds =
    [
        InterfaceKind.Boot, InterfaceKind.Deploy, InterfaceKind.Management, InterfaceKind.Network, InterfaceKind.Power, InterfaceKind.Bios, InterfaceKind.Console,
        InterfaceKind.Firmware, InterfaceKind.Inspect, InterfaceKind.Raid, InterfaceKind.Rescue, InterfaceKind.Storage,
    ];

    public ApiAnswer Answer(ApiCall call)
    {
        var node = nodes.Get(call);
        return ApiAnswer.Ok(writer =>
        {
            writer.WriteStartObject();
            foreach (var kind in kinds.Where(kind => kind != InterfaceKind.Firmware || call.Version.Has(FirmwareSince)))
            {
                var problem = types.Problem(node, kind);
                writer.WriteStartObject(kind.ToApiString());
                writer.WriteBoolean("result", problem is null);
                if (problem is not null) writer.WriteString("reason", problem);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        });
    }
}
