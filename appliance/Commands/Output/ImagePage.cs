using BootAppliance.Commands.Answers;
using BootAppliance.Images.Signatures;
using Spectre.Console;

namespace BootAppliance.Commands.Output;

/// <summary>What an image is, and for an ISO what boots from it.</summary>
internal static class ImagePage
{
    public static void Write(ImageAnswer image, string? sha256, Terminal terminal)
    {
        var listing = new Listing("NAME", "SIZE", "FORMAT", "ARCHITECTURE", "SIGNED BY", "SHA-256");
        listing.Add(
            Terminal.Piece(image.Name, Styles.Name),
            Terminal.Piece(ByteCount.Words(image.Size)),
            Terminal.Piece(image.Version is null ? image.Format : $"{image.Format} {image.Version}"),
            Terminal.Piece(image.Architecture),
            Terminal.Piece(SignedBy(image.Signatures, image.IsProgram), StyleOf(image.Signatures)),
            Terminal.Piece(sha256));
        listing.WriteTo(terminal, "");
        foreach (var part in image.Sbat) terminal.WriteLine(("  SBAT ", Styles.Aside), ($"{part.Name} {part.Generation}", null));
        foreach (var kernel in image.Kernels) Write(kernel, terminal);
    }

    /// <summary>Who signed a program, and for whom that was vouched; nothing for what is no program.</summary>
    public static string SignedBy(IReadOnlyList<EfiSignature> signatures, bool isProgram) => signatures.Count == 0
        ? isProgram ? "not signed" : ""
        : string.Join("; ", signatures.Select(signature => $"{signature.Signer} (of {signature.Issuer}){(signature.IsIntact ? "" : ", but changed since")}"));

    public static Style? StyleOf(IReadOnlyList<EfiSignature> signatures) => signatures.All(signature => signature.IsIntact) ? null : Styles.Bad;

    private static void Write(KernelAnswer kernel, Terminal terminal)
    {
        terminal.WriteLine();
        var version = string.Join(", ", new[] { kernel.Version, kernel.Architecture, SignedBy(kernel.Signatures, isProgram: true) }.Where(text => !string.IsNullOrEmpty(text)));
        terminal.WriteLine((kernel.System, Styles.Heading), ($"  {version}", Styles.Aside));
        terminal.WriteLine(
            ("  bootappliance node add NAME --mac MAC", null),
            ($" --kernel {Quoted(kernel.Kernel)}", null),
            (string.Concat(kernel.Initrds.Select(initrd => $" --initrd {Quoted(initrd)}")), null),
            (kernel.Args.Length == 0 ? "" : $" --args {Quoted(kernel.Args)}", null));
        if (kernel.Note is { } note) terminal.WriteLine($"  {note}", Styles.Doubtful);
    }

    /// <summary>One word for the shell that it is pasted into.</summary>
    public static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || "_./-+:@%,=".Contains(c, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
