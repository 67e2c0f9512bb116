using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BootAppliance.Http.Access;

namespace BootAppliance.Tests.Access;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly AccessFolder folder = new();
    private readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Certificate_WithItsKey_IsRead()
    {
        folder.WriteCertificate("appliance.example", until: new DateTimeOffset(2031, 5, 6, 7, 8, 0, TimeSpan.Zero));

        var read = Read();

        read.Summary.ShouldBe("appliance.example, valid until 2031-05-06 07:08 UTC");
        read.Warnings.ShouldBeEmpty();
        read.Context.TargetCertificate.HasPrivateKey.ShouldBeTrue();
    }

    [Fact]
    public void Key_MayBeInTheSameFile_InTheOldFormToo()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(time.GetUtcNow().AddDays(-1), time.GetUtcNow().AddDays(1));
        folder.Write(folder.Certificate, certificate.ExportCertificatePem() + "\n" + key.ExportRSAPrivateKeyPem());

        ServerCertificate.Read(folder.Certificate, "", time).Summary.ShouldStartWith("rsa, ");
    }

    [Fact]
    public void Key_OfAnotherCertificate_IsRefused()
    {
        folder.WriteCertificate();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write(folder.Key, other.ExportPkcs8PrivateKeyPem());

        Refusal().ShouldBe("Api:KeyFile: the key in KEY does not belong to the first certificate in CERTIFICATE");
    }

    [Fact]
    public void Key_OfAnotherKind_IsRefused()
    {
        folder.WriteCertificate();
        using var other = RSA.Create(2048);
        folder.Write(folder.Key, other.ExportPkcs8PrivateKeyPem());

        Refusal().ShouldStartWith("Api:KeyFile: the key in KEY cannot be used, only RSA and EC keys can: ");
    }

    [Fact]
    public void Key_WithAPassphrase_IsRefused()
    {
        folder.WriteCertificate();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write(folder.Key, key.ExportEncryptedPkcs8PrivateKeyPem("sesame", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));

        Refusal().ShouldStartWith("Api:KeyFile: the key in KEY has a passphrase, ");
    }

    [Fact]
    public void Files_WithSomethingElse_AreRefused()
    {
        folder.WriteCertificate();
        var (certificate, key) = (File.ReadAllText(folder.Certificate), File.ReadAllText(folder.Key));

        folder.Write(folder.Key, certificate);
        Refusal().ShouldBe("Api:KeyFile: KEY has no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
        folder.Write(folder.Certificate, key);
        Refusal().ShouldBe("Api:CertificateFile: CERTIFICATE has no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        folder.Write(folder.Certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Refusal().ShouldStartWith("Api:CertificateFile: CERTIFICATE has a certificate that cannot be read: ");
        folder.Write(folder.Certificate, new string('x', (1 << 20) + 1));
        Refusal().ShouldBe("Api:CertificateFile: CERTIFICATE is larger than 1048576 bytes, so it is something else");
        File.Delete(folder.Certificate);
        Refusal().ShouldStartWith("Api:CertificateFile: CERTIFICATE cannot be read: ");
    }

    [Fact]
    public void Certificate_ThatIsNotValidNow_IsDoubtful()
    {
        folder.WriteCertificate(until: new DateTimeOffset(2029, 12, 31, 23, 59, 0, TimeSpan.Zero));
        Read().Warnings.ShouldHaveSingleItem().Message.ShouldBe($"the certificate in {folder.Certificate} expired on 2029-12-31 23:59 UTC; clients refuse it");

        folder.WriteCertificate(from: new DateTimeOffset(2030, 1, 1, 0, 1, 0, TimeSpan.Zero));
        Read().Warnings.ShouldHaveSingleItem().Message.ShouldStartWith($"the certificate in {folder.Certificate} is not valid before 2030-01-01 00:01 UTC; ");
    }

    [Fact]
    public void Key_ThatEverybodyCanRead_IsDoubtful()
    {
        folder.WriteCertificate();
        File.SetUnixFileMode(folder.Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Read().Warnings.ShouldHaveSingleItem().Key.ShouldBe("Api:KeyFile");
    }

    private ServerCertificate Read() => ServerCertificate.Read(folder.Certificate, folder.Key, time);

    private string Refusal()
    {
        var refusal = Should.Throw<AccessFileException>(Read);
        return $"{refusal.Key}: {refusal.Message}".Replace(folder.Certificate, "CERTIFICATE", StringComparison.Ordinal).Replace(folder.Key, "KEY", StringComparison.Ordinal);
    }
}
