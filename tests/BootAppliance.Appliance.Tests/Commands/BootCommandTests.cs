namespace BootAppliance.Tests.Commands;

public sealed class BootCommandTests : IDisposable
{
    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Preview_ShowsTheStages()
    {
        await using var appliance = await rig.ServeAsync("""
            {"mac":"52:54:00:12:34:56","node":"demo","state":"active","stages":[
              {"stage":"dhcp","offer":"ipxe.efi","why":"the firmware is UEFI x64","content":null},
              {"stage":"script","offer":"http://192.0.2.1/v1/boot/52-54-00-12-34-56/boot.ipxe","why":"it is [active]","content":"#!ipxe\nboot\n"}]}
            """);

        var output = await rig.OutputOfAsync("boot", "preview", "--mac", "52:54:00:12:34:56", "--arch", "X64Uefi", "--firmware", "uefi", "--ipxe");

        output.ShouldBe("""
            demo (active), 52:54:00:12:34:56

            1. dhcp: ipxe.efi
               because the firmware is UEFI x64

            2. script: http://192.0.2.1/v1/boot/52-54-00-12-34-56/boot.ipxe
               because it is [active]
               | #!ipxe
               | boot
            """);
        appliance.Requests.ShouldBe(["GET /api/boot/preview?mac=52%3A54%3A00%3A12%3A34%3A56&arch=X64Uefi&firmware=uefi&ipxe=true"]);
    }

    [Fact]
    public async Task Preview_OfANode_AsksForTheNode()
    {
        await using var appliance = await rig.ServeAsync("""{"mac":"52:54:00:12:34:56","node":null,"state":null,"stages":[]}""");

        (await rig.OutputOfAsync("boot", "preview", "--node", "a&b")).ShouldBe("52:54:00:12:34:56, no node");

        appliance.Requests.ShouldBe(["GET /api/boot/preview?node=a%26b"]);
    }
}
