using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BootAppliance.Http.Access;

/// <summary>The certificate that the management plane shows, with its key and the chain that leads to it.</summary>
internal sealed class ServerCertificate : IAccessFile
{
    public const string CertificateKey = "Api:CertificateFile";
    public const string PrivateKeyKey = "Api:KeyFile";

    private ServerCertificate(SslStreamCertificateContext context, IReadOnlyList<AccessWarning> warnings)
    {
        (Context, Warnings) = (context, warnings);
        var shown = context.TargetCertificate;
        Summary = $"{shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false)}, valid until {Date(shown.NotAfter)}";
    }

    public SslStreamCertificateContext Context { get; }

    public string Summary { get; }

    public IReadOnlyList<AccessWarning> Warnings { get; }

    /// <summary>Reads both from PEM files.</summary>
    /// <param name="certificateFile">The server's own certificate, then those that lead to its root.</param>
    /// <param name="keyFile">The key; empty: in the same file.</param>
    /// <param name="time">The clock that says whether the certificate is valid now.</param>
    public static ServerCertificate Read(string certificateFile, string keyFile, TimeProvider time)
    {
        if (keyFile.Length == 0) keyFile = certificateFile;
        var chain = Chain(certificateFile, AccessText.Read(CertificateKey, certificateFile).Text);
        var key = AccessText.Read(PrivateKeyKey, keyFile);
        var shown = WithKey(chain[0], certificateFile, keyFile, key.Text);
        // Offline: the operator's files are all that there is; asking the issuer's servers could hold up every client.
        var context = SslStreamCertificateContext.Create(shown, [.. chain.Skip(1)], offline: true);
        return new ServerCertificate(context, [.. WarnOfDates(shown, certificateFile, time.GetUtcNow().UtcDateTime), .. key.WarnOfOthers(PrivateKeyKey)]);
    }

    private static X509Certificate2Collection Chain(string file, string text)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(text);
        }
        catch (CryptographicException damaged)
        {
            throw new AccessFileException(CertificateKey, $"{file} has a certificate that cannot be read: {damaged.Message}");
        }

        return chain.Count > 0 ? chain : throw new AccessFileException(CertificateKey, $"{file} has no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, string certificateFile, string keyFile, string text)
    {
        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new AccessFileException(PrivateKeyKey, $"{keyFile} has no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
        if (text.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new AccessFileException(PrivateKeyKey, $"the key in {keyFile} has a passphrase, which nobody could type at every start; take it away with: openssl pkey -in {keyFile} -out FILE");
        try
        {
            return X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), text);
        }
        catch (ArgumentException)
        {
            throw new AccessFileException(PrivateKeyKey, $"the key in {keyFile} does not belong to the first certificate in {certificateFile}");
        }
        catch (CryptographicException unusable)
        {
            throw new AccessFileException(PrivateKeyKey, $"the key in {keyFile} cannot be used, only RSA and EC keys can: {unusable.Message}");
        }
    }

    private static IEnumerable<AccessWarning> WarnOfDates(X509Certificate2 certificate, string file, DateTime now)
    {
        if (now > certificate.NotAfter.ToUniversalTime()) yield return new(CertificateKey, $"the certificate in {file} expired on {Date(certificate.NotAfter)}; clients refuse it");
        if (now < certificate.NotBefore.ToUniversalTime()) yield return new(CertificateKey, $"the certificate in {file} is not valid before {Date(certificate.NotBefore)}; clients refuse it, or this machine's clock is wrong");
    }

    private static string Date(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";
}
