namespace BootAppliance.Commands.Answers;

internal sealed record ImageAnswer(
    string Name, long Size, string Format, string? Architecture, string? Version, bool IsProgram, IReadOnlyList<SignatureAnswer> Signatures, IReadOnlyList<SbatAnswer> Sbat, IReadOnlyList<KernelAnswer> Kernels);

internal sealed record KernelAnswer(string System, string Kernel, IReadOnlyList<string> Initrds, string Args, string? Note, string? Architecture, string? Version, IReadOnlyList<SignatureAnswer> Signatures);

internal sealed record SignatureAnswer(string Signer, string Issuer, bool IsIntact);

internal sealed record SbatAnswer(string Name, int Generation);
