using BootAppliance.Firmware;
using BootAppliance.Settings;

namespace BootAppliance.Commands;

/// <summary>What the commands need of the program that they are not themselves.</summary>
public abstract class CommandHost
{
    /// <summary>Serves until the token is cancelled; the result is the exit status.</summary>
    public abstract Task<int> ServeAsync(ApplianceSettings settings, CancellationToken cancellation);

    /// <summary>Looks at the machine and prints what it finds; the result is the exit status.</summary>
    public abstract Task<int> DoctorAsync(ApplianceSettings settings, bool json);

    /// <summary>The loaders inside this program.</summary>
    public abstract IReadOnlyList<FirmwareFile> Firmware();
}
