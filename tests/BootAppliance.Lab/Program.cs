using System.Runtime.InteropServices;
using BootAppliance.Lab;
using BootAppliance.Lab.Commands;
using BootAppliance.Lab.Machines;

const string Usage = "usage: BootAppliance.Lab run [--firmware uefi|bios|rom|both] [--exit-when-up]";

if (args is not ["run", .. var options]) return Refuse();
IReadOnlyList<MachineFirmware>? firmwares = [MachineFirmware.Uefi];
var exitWhenUp = false;
for (var index = 0; index < options.Length; index++)
{
    switch (options[index])
    {
        case "--exit-when-up": exitWhenUp = true; break;
        case "--firmware" when index + 1 < options.Length: firmwares = Firmwares(options[++index]); break;
        default: return Refuse();
    }
}
if (firmwares is null) return Refuse();

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
try
{
    await new RunCommand(firmwares, exitWhenUp).Run(stop.Token);
    return 0;
}
catch (Exception) when (stop.IsCancellationRequested)
{
    // Whatever failed then, failed because everything is being taken down.
    return 0;
}
catch (LabException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}

static IReadOnlyList<MachineFirmware>? Firmwares(string name) => name switch
{
    "uefi" => [MachineFirmware.Uefi],
    "bios" => [MachineFirmware.Bios],
    "rom" => [MachineFirmware.Rom],
    "both" => [MachineFirmware.Bios, MachineFirmware.Uefi],
    _ => null,
};

int Refuse()
{
    Console.Error.WriteLine(Usage);
    return 2;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
