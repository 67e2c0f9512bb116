namespace BootAppliance.Images.Signatures;

/// <summary>A signature of an EFI program, as Secure Boot looks at it.</summary>
/// <param name="Signer">The common name of the certificate that signed it.</param>
/// <param name="Issuer">The common name of who gave out that certificate.</param>
/// <param name="IsIntact">Whether the signature fits the bytes of the file; if not, the file was changed or damaged after it was signed.</param>
public sealed record EfiSignature(string Signer, string Issuer, bool IsIntact);
