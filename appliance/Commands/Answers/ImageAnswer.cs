using BootAppliance.Images.Signatures;

namespace BootAppliance.Commands.Answers;

internal sealed record ImageAnswer(
    string Name, long Size, string Format, string? Architecture, string? Version, bool IsProgram, IReadOnlyList<EfiSignature> Signatures, IReadOnlyList<SbatComponent> Sbat, IReadOnlyList<KernelAnswer> Kernels);

internal sealed record KernelAnswer(string System, string Kernel, IReadOnlyList<string> Initrds, string Args, string? Note, string? Architecture, string? Version, IReadOnlyList<EfiSignature> Signatures);
