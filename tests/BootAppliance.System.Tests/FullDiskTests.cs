using BootAppliance.Dhcp.Wire;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Tests;

/// <summary>A full disk: what is known goes on, what cannot be kept is refused and said, and room on the disk is all it takes to recover.</summary>
public sealed class FullDiskTests
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task FullDisk_KeepsWhatIsPromised_AndPromisesNothingNew()
    {
        SystemTest.SkipWithout("curl", "curl");
        await using var lab = await SystemTest.LabAsync();
        var disk = Directory.CreateDirectory(Path.Combine(lab.Home.Folder, "disk")).FullName;
        await ChildProcess.Run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]);
        try
        {
            var appliance = await lab.StartAppliance(SystemTest.Cancellation, $"--Store:Path={disk}/bootappliance.db");
            await lab.Command(["node", "add", "demo", "--mac", "52:54:00:12:34:56", "--kernel", "vmlinuz", "--deploy"], SystemTest.Cancellation);
            await using var home = await lab.ConnectAsync();
            using var clients = await RelayedClients.ConnectAsync(home);
            var known = (await clients.RequestAsync(1, (await clients.DiscoverAsync(1, patience))!, patience))!;
            known.MessageType.ShouldBe(DhcpMessageType.Ack);

            Fill(Path.Combine(disk, "filler"));
            var refusedOffer = await FindRefusedAsync(clients);
            appliance.Process.Output.Lines.ShouldContain(line => line.Contains("StoreUnavailable"));

            // The known machine keeps its address, the node its script, and the command line says why nothing new is kept.
            var again = (await clients.RequestAsync(1, (await clients.DiscoverAsync(1, patience))!, patience))!;
            again.YourAddress.ShouldBe(known.YourAddress);
            (await home.Run("curl", "-sf", "http://192.0.2.1/v1/boot/52-54-00-12-34-56/boot.ipxe")).ShouldContain("kernel --name kernel");
            var refusal = await Should.ThrowAsync<LabException>(() => lab.Command(["node", "add", "other", "--mac", "52:54:00:12:34:57"], SystemTest.Cancellation));
            refusal.Message.ShouldContain(disk);

            File.Delete(Path.Combine(disk, "filler"));
            (await clients.RequestAsync(refusedOffer.Machine, (await clients.DiscoverAsync(refusedOffer.Machine, patience))!, patience))!.MessageType.ShouldBe(DhcpMessageType.Ack);
            await lab.Command(["node", "add", "other", "--mac", "52:54:00:12:34:57"], SystemTest.Cancellation);
            await appliance.DisposeAsync();
        }
        finally
        {
            await ChildProcess.Run(["umount", "-l", disk]);
        }
    }

    /// <summary>SQLite's log has some room of its own; sooner or later it wants more of the disk than there is.</summary>
    private static async Task<(int Machine, DhcpMessage Offer)> FindRefusedAsync(RelayedClients clients)
    {
        for (var machine = 2; machine < 100; machine++)
        {
            var offer = await clients.DiscoverAsync(machine, patience);
            offer.ShouldNotBeNull("an offer needs no disk");
            if (await clients.RequestAsync(machine, offer, TimeSpan.FromSeconds(2)) is null) return (machine, offer);
        }

        throw new InvalidOperationException("every address was acknowledged on a full disk");
    }

    private static void Fill(string path)
    {
        var block = new byte[4096];
        using var file = File.Create(path, block.Length);
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full, as intended.
        }
    }
}
