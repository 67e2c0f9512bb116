using System.Net;

namespace BootAppliance.Tests.Commands;

public sealed class LeaseCommandTests : IDisposable
{
    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Leases_AreListed_AndReleased()
    {
        await using (var appliance = await rig.ServeAsync("""
            {"leases":[{"address":"192.0.2.100","mac":"52:54:00:12:34:56","node":"demo","host_name":"h","state":"bound","expires":"2030-01-01T13:00:00Z"},
                       {"address":"192.0.2.101","mac":"52:54:00:12:34:57","node":null,"host_name":null,"state":"quarantined","expires":"2030-01-02T00:00:00Z"}]}
            """))
        {
            (await rig.OutputOfAsync("lease", "list")).ShouldBe("""
                ADDRESS      MAC ADDRESS        NODE  HOST NAME  STATE        UNTIL
                192.0.2.100  52:54:00:12:34:56  demo  h          bound        13:00:00.0
                192.0.2.101  52:54:00:12:34:57                   quarantined  2030-01-02 00:00:00.0
                """);
            appliance.Requests.ShouldBe(["GET /api/leases"]);
        }

        await using (var appliance = await rig.ServeAsync("", HttpStatusCode.NoContent))
        {
            (await rig.OutputOfAsync("lease", "release", "192.0.2.100")).ShouldBe("192.0.2.100 is free");
            appliance.Requests.ShouldBe(["DELETE /api/leases/192.0.2.100"]);
        }
    }
}
