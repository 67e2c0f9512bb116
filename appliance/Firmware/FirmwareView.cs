using BootAppliance.Images.Formats;
using BootAppliance.Images.Signatures;

namespace BootAppliance.Firmware;

/// <summary>A loader as <c>/api/firmware</c> and the commands show it, with who signed it for Secure Boot.</summary>
public sealed record FirmwareView(string File, int Bytes, string Sha256, IReadOnlyList<int> Architectures, string Version, bool IsProgram, IReadOnlyList<EfiSignature> Signatures, bool Ok, string? Problem)
{
    /// <summary>Loaders, each checked against its sum.</summary>
    public static IReadOnlyList<FirmwareView> Of(IEnumerable<FirmwareFile> files) =>
    [
        .. files.Select(file =>
        {
            var problem = file.FindProblem();
            var seen = ImageInspection.Of(file.Content);
            return new FirmwareView(file.Name, file.Content.Length, file.Sha256, file.Architectures, file.Version, seen.IsProgram, seen.Signatures, problem is null, problem);
        }),
    ];
}
