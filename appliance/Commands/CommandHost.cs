using BootAppliance.Firmware;
using BootAppliance.Hosting;
using BootAppliance.Settings;
using BootAppliance.Storage;

namespace BootAppliance.Commands;

/// <summary>What the commands need of the program that they are not themselves.</summary>
public abstract class CommandHost
{
    /// <summary>Serves until the token is cancelled; a <see cref="StartupException"/> or <see cref="StoreException"/> says why it cannot.</summary>
    public abstract Task ServeAsync(ApplianceSettings settings, CancellationToken cancellation);

    /// <summary>Looks at the machine that this program is to serve on.</summary>
    public abstract Task<IReadOnlyList<DoctorFinding>> DoctorAsync(ApplianceSettings settings, CancellationToken cancellation);

    /// <summary>The loaders inside this program.</summary>
    public abstract IReadOnlyList<FirmwareFile> Firmware();
}
