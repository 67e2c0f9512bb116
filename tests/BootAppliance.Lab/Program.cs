using System.Runtime.InteropServices;
using BootAppliance.Lab;
using BootAppliance.Lab.Commands;
using BootAppliance.Lab.Machines;
using BootAppliance.Lab.Matrix;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
try
{
    return args switch
    {
        ["run", .. var options] => await Run(options),
        ["smoke", .. var options] => await Smoke(options),
        _ => Refuse(),
    };
}
catch (Exception) when (stop.IsCancellationRequested)
{
    // Whatever failed then, failed because everything is being taken down. A matrix that was not finished proves nothing.
    return args[0] == "run" ? 0 : 1;
}
catch (LabException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}

async Task<int> Run(string[] options)
{
    IReadOnlyList<MachineKind> kinds = [MachineKinds.UefiPxe];
    var exitWhenUp = false;
    for (var index = 0; index < options.Length; index++)
    {
        switch (options[index])
        {
            case "--exit-when-up": exitWhenUp = true; break;
            case "--firmware" when index + 1 < options.Length && Kinds(options[index + 1]) is { } named: (kinds, index) = (named, index + 1); break;
            default: return Refuse();
        }
    }
    await new RunCommand(kinds, exitWhenUp).Run(stop.Token);
    return 0;
}

async Task<int> Smoke(string[] options)
{
    var names = options.Where(option => option != "--json").ToArray();
    var cases = names.Length == 0 ? BootMatrix.Cases : [.. names.Select(BootMatrix.Named).OfType<BootCase>()];
    if (names.Length > 0 && cases.Count < names.Length) return Refuse();
    return await new SmokeCommand(cases, options.Contains("--json")).Run(stop.Token) ? 0 : 1;
}

static IReadOnlyList<MachineKind>? Kinds(string name) =>
    name == "both" ? [MachineKinds.BiosPxe, MachineKinds.UefiPxe]
    : MachineKinds.Named(name) is { BootsLinux: true } kind ? [kind]
    : null;

static int Refuse()
{
    Console.Error.WriteLine($"""
        usage: BootAppliance.Lab run [--firmware {string.Join('|', MachineKinds.All.Where(kind => kind.BootsLinux).Select(kind => kind.Name))}|both] [--exit-when-up]
               BootAppliance.Lab smoke [--json] [CASE...]
        cases: {string.Join(' ', BootMatrix.Cases)}
        """);
    return 2;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
