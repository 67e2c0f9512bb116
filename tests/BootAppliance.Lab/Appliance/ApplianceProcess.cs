using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Appliance;

/// <summary>The appliance as it was built, running in a lab's namespace.</summary>
public sealed class ApplianceProcess : IAsyncDisposable
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(30);

    private ApplianceProcess(ChildProcess process) => Process = process;

    /// <summary>The process itself, with what it logs.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <param name="home">The namespace that it serves.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="arguments">More arguments of its command line.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<ApplianceProcess> Start(
        NetworkNamespace home, LabSettings settings, IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        var appliance = new ApplianceProcess(home.Start([Checkout.Appliance, "run", "--config", settings.File, .. arguments], "the appliance"));
        try
        {
            await appliance.Process.Output.WaitForLine(line => line.Contains("ready: ", StringComparison.Ordinal), TimeToStart, cancellation);
            return appliance;
        }
        catch
        {
            await appliance.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
