using BootAppliance.Commands;
using BootAppliance.Firmware;
using BootAppliance.Settings;

namespace BootAppliance.Tests.Commands;

/// <summary>A program that does nothing but remember what it was asked, and finds what a test tells it to find.</summary>
internal sealed class FakeHost : CommandHost
{
    public List<string> Calls { get; } = [];

    public List<FirmwareFile> Files { get; } = [];

    public List<DoctorFinding> Findings { get; } = [];

    public Exception? Refusal { get; set; }

    public override Task ServeAsync(ApplianceSettings settings, CancellationToken cancellation)
    {
        Calls.Add($"serve on port {settings.Http.Port}");
        return Refusal is null ? Task.CompletedTask : Task.FromException(Refusal);
    }

    public override Task<IReadOnlyList<DoctorFinding>> DoctorAsync(ApplianceSettings settings, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DoctorFinding>>(Findings);

    public override IReadOnlyList<FirmwareFile> Firmware() => Files;
}
