using System.Diagnostics;
using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;

namespace BootAppliance.Lab.Commands;

/// <summary><c>make run</c>: boots machines through the appliance while their timeline is printed, then keeps serving.</summary>
internal sealed class RunCommand(IReadOnlyList<MachineKind> kinds, bool exitWhenUp)
{
    private static readonly TimeSpan TimeToBoot = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan TimeForAddress = TimeSpan.FromSeconds(30);

    public async Task Run(CancellationToken cancellation)
    {
        Say("Making the lab: a network namespace with a bridge, nothing in it touches a real interface");
        await using var lab = await BootLab.Create();
        Say("Preparing the guest: a kernel of the distribution, an initrd of busybox");
        await lab.AddGuestImages(kinds[0].Guest, cancellation);
        Say("Starting the appliance");
        var appliance = await lab.StartAppliance(cancellation);
        // It writes to this terminal itself. Inside, so that it cannot outlive the lab.
        await using var timeline = lab.Home.Start(
            [Checkout.Appliance, "event", "watch", "--config", lab.Settings.File], "event watch", inheritOutput: true);

        var machines = new List<VirtualMachine>();
        try
        {
            foreach (var (number, kind) in kinds.Index()) machines.Add(await Boot(lab, kind, $"52:54:00:12:34:{number:x2}", cancellation));
            if (exitWhenUp) return;
            Console.WriteLine($"""

                The lab serves until Ctrl-C. Try, in another terminal:
                  {Checkout.Appliance} node show {NodeName(kinds[0])} --config {lab.Settings.File}
                  {Checkout.Appliance} --help
                  ip netns exec {lab.Home.Name} curl http://192.0.2.1/boot.ipxe

                """);
            var status = await appliance.Process.WaitForExit(cancellation);
            throw new LabException($"The appliance ended with status {status}.{appliance.Process.Output.Tail()}");
        }
        catch (LabException) when (!appliance.Process.HasEnded)
        {
            await Console.Out.WriteLineAsync($"What the appliance logged last:{appliance.Process.Output.Tail()}");
            throw;
        }
        finally
        {
            foreach (var machine in machines) await machine.DisposeAsync();
        }
    }

    private async Task<VirtualMachine> Boot(BootLab lab, MachineKind kind, string mac, CancellationToken cancellation)
    {
        var name = NodeName(kind);
        await lab.AddNode(name, kind, mac, cancellation);
        Say($"Switching on {name}, an emulated machine ({kind.Summary}, {mac})");
        var clock = Stopwatch.StartNew();
        var machine = await lab.StartMachine(kind, mac);
        try
        {
            await machine.Console.WaitForLine(line => line.Contains(GuestImages.UpLine, StringComparison.Ordinal), TimeToBoot, cancellation);
            var seconds = clock.Elapsed.TotalSeconds;
            var commandLine = await Value(machine, GuestImages.CommandLinePrefix, cancellation);
            var address = await Value(machine, GuestImages.AddressPrefix, cancellation);
            Console.WriteLine($"""

                {name} is up: Linux runs {seconds:0.0} s after power-on.
                  command line  {commandLine}
                  address       {address}
                  emulator      {machine.PeakMemory / 1024 / 1024} MiB at most
                """);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> Value(VirtualMachine machine, string prefix, CancellationToken cancellation) =>
        (await machine.Console.WaitForLine(line => line.StartsWith(prefix, StringComparison.Ordinal), TimeForAddress, cancellation))[prefix.Length..];

    private string NodeName(MachineKind kind) => kinds.Count == 1 ? "demo" : $"demo-{kind.Name}";

    private static void Say(string step) => Console.WriteLine($"==> {step}");
}
