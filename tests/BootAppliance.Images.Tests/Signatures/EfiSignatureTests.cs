using System.Text.RegularExpressions;
using BootAppliance.Images;
using BootAppliance.Images.Formats;
using BootAppliance.Images.Signatures;

namespace BootAppliance.Tests.Signatures;

/// <summary>Debian's signed boot programs, and ones that sbsign signs; sbverify says what is right.</summary>
public sealed partial class EfiSignatureTests : IDisposable
{
    private const string Shim = "/usr/lib/shim/shimx64.efi.signed";
    private const string UnsignedShim = "/usr/lib/shim/shimx64.efi";
    private const string Grub = "/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed";

    private readonly string work = Directory.CreateTempSubdirectory("bootappliance-signed-").FullName;

    public void Dispose() => Directory.Delete(work, recursive: true);

    [Theory]
    [InlineData(Shim, "shim-signed", "shim")]
    [InlineData(Grub, "grub-efi-amd64-signed", "grub")]
    public void Of_NamesTheSigner_AsSbverifyDoes(string path, string package, string component)
    {
        var seen = Look(path, package);
        seen.Format.ShouldBe(ImageFormat.EfiProgram);
        seen.Architecture.ShouldBe("x86_64");
        seen.Signatures.ShouldAllBe(signature => signature.IsIntact);
        seen.Signatures.Select(signature => signature.Issuer).ShouldBe(IssuersBySbverify(path));
        seen.Sbat.ShouldContain(entry => entry.Name == component && entry.Generation > 0);
        seen.Sbat.ShouldContain(entry => entry.Name == component + ".debian");
    }

    [Fact]
    public void Of_FindsNoSignature_WhereThereIsNone()
    {
        var seen = Look(UnsignedShim, "shim-unsigned");
        seen.Format.ShouldBe(ImageFormat.EfiProgram);
        seen.Signatures.ShouldBeEmpty();
        seen.Sbat.ShouldNotBeEmpty();
    }

    [Fact]
    public void Of_FindsEverySignature_OfAFileThatWasSignedTwice()
    {
        var signed = Sign(Sign(UnsignedShim, "First Signer"), "Second Signer");
        Look(signed).Signatures.ShouldBe([new EfiSignature("First Signer", "First Signer", IsIntact: true), new EfiSignature("Second Signer", "Second Signer", IsIntact: true)]);
    }

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x8000)]
    [InlineData(-1)]
    public void Of_SeesThatTheFileWasChanged_AfterItWasSigned(int place)
    {
        var signed = Sign(UnsignedShim, "Signer");
        var bytes = File.ReadAllBytes(signed);
        if (place < 0) place = (int)new FileInfo(UnsignedShim).Length - 1;
        bytes[place] ^= 1;
        File.WriteAllBytes(signed, bytes);
        Look(signed).Signatures.ShouldBe([new EfiSignature("Signer", "Signer", IsIntact: false)]);
    }

    [Fact]
    public void Of_Ends_WhateverTheBytesSay()
    {
        var original = File.ReadAllBytes(Sign(UnsignedShim, "Signer"));
        var (path, random) = (Path.Combine(work, "mutated.efi"), new Random(1));
        File.WriteAllBytes(path, original);
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var signature = original.Length - 2048;
        for (var round = 0; round < 3000; round++)
        {
            // The headers, and the signature at the end.
            var at = random.Next(2) == 0 ? random.Next(0x400) : random.Next(signature, original.Length);
            RandomAccess.Write(handle, [(byte)random.Next(256), (byte)random.Next(256)], at);
            ImageInspection.Of(new OpenedFile(handle, "x", original.Length, default)).ShouldNotBeNull();
            if (round % 5 == 4) RandomAccess.Write(handle, original, 0);
        }
    }

    private static IEnumerable<string> IssuersBySbverify(string path) =>
        Issuer().Matches(Tool.Run("sbsigntool", "sbverify", "--list", path)).Select(match => match.Groups["name"].Value);

    private string Sign(string path, string name)
    {
        Assert.SkipUnless(File.Exists(UnsignedShim), "there is no unsigned shim: apt install shim-signed");
        var (key, certificate, output) = (Path.Combine(work, name + ".key"), Path.Combine(work, name + ".crt"), Path.Combine(work, name + ".efi"));
        Tool.Run("openssl", "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", $"/CN={name}", "-keyout", key, "-out", certificate);
        Tool.Run("sbsigntool", "sbsign", "--key", key, "--cert", certificate, "--output", output, path);
        return output;
    }

    private static ImageInspection Look(string path, string package = "")
    {
        Assert.SkipUnless(File.Exists(path), $"{path} is not there: apt install {package}");
        using var handle = File.OpenHandle(path);
        return ImageInspection.Of(new OpenedFile(handle, path, RandomAccess.GetLength(handle), default));
    }

    [GeneratedRegex(@"image signature issuers:\s+- .*?CN=(?<name>[^/\n]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Issuer();
}
