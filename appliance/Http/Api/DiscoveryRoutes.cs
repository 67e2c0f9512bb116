using BootAppliance.Netboot;
using BootAppliance.Nodes;
using Microsoft.AspNetCore.Mvc;

namespace BootAppliance.Http.Api;

/// <summary>The name that a discovered machine gets as a node.</summary>
internal sealed record AdoptRequest(string? Name);

/// <summary><c>/api/discovered</c>: machines that booted and are no node, and their adoption.</summary>
internal sealed class DiscoveryRoutes(DiscoveredMachines discovered, BootResolver resolver)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery("/discovered", () => new
        {
            machines = discovered.All.Select(machine => new
            {
                macs = machine.Macs.Select(mac => mac.ToString()),
                machine.FirstSeen,
                machine.LastSeen,
                address = machine.Address?.ToString(),
                machine.Architecture,
                machine.Firmware,
                uuid = machine.SystemUuid,
                uuid_swapped = Swapped(machine.SystemUuid),
                machine.Manufacturer,
                machine.Product,
                machine.Serial,
            }),
        }).WithSummary("Machines that booted here and are no node");
        api.MapPost("/discovered/{mac}/adopt", async (string mac, [FromBody] AdoptRequest request) => NodeView.Of(await discovered.AdoptAsync(RequestedMac.Parse(mac), request.Name), resolver)).WithSummary("Make a node of a discovered machine");
    }

    /// <summary>
    /// The same UUID in the other order of the bytes of its first three fields: SMBIOS has them little-endian from version 2.6 on, and
    /// firmware, BMCs and tools differ in whether they turn them round.
    /// </summary>
    private static Guid? Swapped(Guid? uuid) => uuid is { } known ? new Guid(known.ToByteArray(), bigEndian: true) : null;
}
