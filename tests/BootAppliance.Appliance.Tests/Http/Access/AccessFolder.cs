using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BootAppliance.Tests.Access;

/// <summary>A folder with the files that the operator writes: users, certificate and key.</summary>
internal sealed class AccessFolder : IDisposable
{
    /// <summary>The password pw1 of the user admin, as crypt(3) of libxcrypt made it.</summary>
    public const string Admin = "admin:$2y$04$ABCDEFGHIJKLMNOPQRSTUuhN0OmcyjRlMhDhpi4VdLbMyM15/w5Oa";

    public const string AdminsPassword = "pw1";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bootappliance-access-");
    private DateTime written = new(2029, 12, 31, 0, 0, 0, DateTimeKind.Utc);

    public string Htpasswd => PathOf("htpasswd");

    public string Certificate => PathOf("server.pem");

    public string Key => PathOf("server.key");

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Writes a file that nobody else may read, at a time of its own, as the clock of the file system need not tell two writings apart.</summary>
    public void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(path, written = written.AddSeconds(1));
    }

    /// <summary>A certificate that its own key has signed, in both files.</summary>
    public void WriteCertificate(string name = "one", DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = SelfSigned(name, key, from, until);
        Write(Certificate, certificate.ExportCertificatePem());
        Write(Key, key.ExportPkcs8PrivateKeyPem());
    }

    public static X509Certificate2 SelfSigned(string name, ECDsa key, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(from ?? new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), until ?? new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public void Dispose() => folder.Delete(recursive: true);
}
