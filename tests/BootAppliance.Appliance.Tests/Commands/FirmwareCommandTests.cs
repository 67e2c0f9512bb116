using System.Security.Cryptography;
using BootAppliance.Commands;
using BootAppliance.Firmware;

namespace BootAppliance.Tests.Commands;

public sealed class FirmwareCommandTests : IDisposable
{
    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Firmware_IsListedAndVerified_WithoutARunningAppliance()
    {
        byte[] content = [1, 2, 3];
        var sum = Convert.ToHexStringLower(SHA256.HashData(content));
        rig.Host.Files.Add(new FirmwareFile("ipxe.efi", [7, 9], sum, "1.21.1", content));

        (await rig.OutputOfAsync("firmware", "list")).ShouldBe($"""
            FILE      VERSION  BYTES  ARCHITECTURES  SIGNED BY  SHA-256
            ipxe.efi  1.21.1   3      7, 9                      {sum}  ok
            """);
        await rig.OutputOfAsync("firmware", "verify");

        rig.Host.Files.Add(new FirmwareFile("undionly.kpxe", [0], sum, "1.21.1", new byte[] { 4 }));
        var (status, output, error) = await rig.RunAsync("firmware", "verify", "--json");

        status.ShouldBe(CommandLine.Failure);
        error.ShouldStartWith("undionly.kpxe: damaged: ");
        output.ShouldContain("\"file\": \"undionly.kpxe\"");
        output.ShouldContain("\"ok\": false");
        (await rig.RunAsync("firmware", "list")).Status.ShouldBe(CommandLine.Success);
    }

    [Fact]
    public async Task Firmware_OfThisProgram_IsWhole()
    {
        rig.Host.Files.AddRange(FirmwareCatalog.Load().Files);

        var lines = (await rig.OutputOfAsync("firmware", "verify")).Split('\n')[1..];

        lines.Length.ShouldBe(rig.Host.Files.Count);
        lines.ShouldAllBe(line => line.EndsWith("  ok", StringComparison.Ordinal));
        lines.Single(line => line.StartsWith("shimx64.efi", StringComparison.Ordinal)).ShouldContain("(of Microsoft Corporation UEFI CA 2011)");
        lines.Single(line => line.StartsWith("grubx64.efi", StringComparison.Ordinal)).ShouldContain("(of Debian Secure Boot CA)");
        lines.Single(line => line.StartsWith("ipxe.efi", StringComparison.Ordinal)).ShouldContain("not signed");
        lines.ShouldAllBe(line => !line.Contains("changed since", StringComparison.Ordinal));
    }
}
