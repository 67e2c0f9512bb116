using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Api;

/// <summary><c>/api/leases</c>: who has which address.</summary>
internal sealed class LeaseRoutes(LeaseTable leases, NodeRegistry nodes, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery("/leases", () => new { leases = leases.Snapshot().Select(View) }).WithSummary("Who has which address");
        api.MapDelete("/leases/{address}", async (string address) =>
        {
            if (!IPAddress.TryParse(address, out var parsed)) throw new ApiException(StatusCodes.Status400BadRequest, $"'{address}' is not an IP address");
            if (!await leases.ForgetAsync(parsed)) throw new ApiException(StatusCodes.Status404NotFound, $"there is no lease for {address}");
            return Results.NoContent();
        }).WithSummary("Take a lease back");
    }

    private object View(Lease lease) => new
    {
        address = lease.Address.ToString(),
        mac = lease.Client.ToString(),
        node = BootFileSelector.ToMac(lease.Client) is { } mac ? nodes.FindByMac(mac)?.Label : null,
        clientIdentifier = lease.ClientIdentifier?.ToString(),
        lease.HostName,
        state = lease.Expires <= time.GetUtcNow() ? "expired" : lease.State.ToString().ToLowerInvariant(),
        lease.Expires,
    };
}
