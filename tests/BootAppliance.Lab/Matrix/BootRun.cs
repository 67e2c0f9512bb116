using System.Diagnostics;
using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;

namespace BootAppliance.Lab.Matrix;

/// <summary>A <see cref="BootCase"/> under way, in a lab of its own: the appliance runs, the machine is switched on.</summary>
public sealed class BootRun : IAsyncDisposable
{
    /// <summary>The node's name, and its machine's hardware address.</summary>
    public const string Node = "demo", Mac = "52:54:00:12:34:56";

    private static readonly TimeSpan TimeToBoot = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TimeForEvidence = TimeSpan.FromSeconds(30);

    private readonly Stopwatch clock = new();
    private LaidPath? path;
    private VirtualMachine? machine;

    private BootRun(BootCase boot, BootLab lab)
    {
        Case = boot;
        Lab = lab;
    }

    public BootCase Case { get; }

    public BootLab Lab { get; }

    /// <summary>What the machine has said on its console so far.</summary>
    public IReadOnlyList<string> Console => machine!.Console.Lines;

    public static async Task<BootRun> Start(BootCase boot, CancellationToken cancellation)
    {
        var run = new BootRun(boot, await BootLab.Create());
        try
        {
            if (boot.Machine is { BootsLinux: true, BootsIso: false }) await run.Lab.AddGuestImages(boot.Machine.Guest, cancellation);
            await run.Lab.StartAppliance(cancellation, boot.Path.Settings);
            await run.Lab.AddNode(Node, boot.Machine, Mac, cancellation);
            run.path = await boot.Path.Lay(run.Lab);
            run.clock.Start();
            run.machine = VirtualMachine.Start(run.path.Socket, boot.Machine, Mac);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the machine has booted and has said all that shows it.</summary>
    public async Task<BootResult> WaitUntilBooted(CancellationToken cancellation)
    {
        var boot = Case.Machine;
        await machine!.Console.WaitForLine(Says(boot.Goal), TimeToBoot, cancellation);
        var elapsed = clock.Elapsed;
        foreach (var line in boot.Evidence) await machine.Console.WaitForLine(Says(line), TimeForEvidence, cancellation);
        if (boot.BootsLinux)
        {
            await machine.Console.WaitForLine(Says(BootLab.NodeArgument(Node)), TimeForEvidence, cancellation);
            await machine.Console.WaitForLine(Says(GuestImages.AddressPrefix), TimeForEvidence, cancellation);
        }
        return new BootResult(elapsed, machine.PeakMemory ?? 0, path!.Report);
    }

    public async ValueTask DisposeAsync()
    {
        if (machine is not null) await machine.DisposeAsync();
        if (path is not null) await path.DisposeAsync();
        await Lab.DisposeAsync();
    }

    private static Func<string, bool> Says(string text) => line => line.Contains(text, StringComparison.Ordinal);
}
