using System.Text.Json;
using BootAppliance.Lab;
using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Tests;

/// <summary>What every test of the whole appliance needs: a lab of its own, or a reason to be skipped.</summary>
internal static class SystemTest
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<BootLab> LabAsync(string additionalSettings = "")
    {
        SkipWithout(NetworkNamespace.FindObstacle());
        SkipWithout(File.Exists(Checkout.Appliance) ? null : "the appliance must be built");
        return await BootLab.Create(additionalSettings);
    }

    public static void SkipWithout(string? obstacle) => Assert.SkipWhen(obstacle is not null, obstacle ?? "");

    public static void SkipWithout(string program, string package) => SkipWithout(MissingPackage.Find(program, package));

    /// <summary>A namespace plugged into the lab's network; its end is <c>eth0</c>.</summary>
    public static async Task<NetworkNamespace> ConnectAsync(this BootLab lab, string? address = null)
    {
        var client = await NetworkNamespace.Create();
        await lab.Bridge.Connect(client);
        if (address is not null) await client.Run("ip", "address", "add", address, "dev", "eth0");
        return client;
    }

    /// <summary>A command's JSON.</summary>
    public static async Task<JsonElement> QueryAsync(this BootLab lab, params string[] command) =>
        JsonElement.Parse(await lab.Command([.. command, "--json"], Cancellation));

    /// <summary>Starts the appliance, which must refuse, and returns what it said.</summary>
    public static async Task<string> RefusalAsync(this BootLab lab, params string[] arguments)
    {
        await using var process = lab.Home.Start([Checkout.Appliance, "run", "--config", lab.Settings.File, .. arguments], "the appliance");
        (await process.WaitForExit(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation)).ShouldBe(1, process.Output.Tail());
        return string.Join('\n', process.Output.Lines);
    }
}
