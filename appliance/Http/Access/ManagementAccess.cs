using System.Net.Security;
using System.Security.Authentication;
using BootAppliance.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace BootAppliance.Http.Access;

/// <summary>Who may speak to the management plane, and how: with a password where the settings say so, over TLS where they name a certificate.</summary>
internal sealed class ManagementAccess : IDisposable
{
    private readonly ReloadedFiles<ServerCertificate>? certificate;
    private readonly PasswordCheck? passwords;
    private readonly BrowserGuard browsers;

    /// <summary>Reads the files; a <see cref="Hosting.StartupException"/> says why one cannot be used.</summary>
    /// <param name="api">What the settings say.</param>
    /// <param name="proxy">The host of a proxy before this plane; empty: there is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where refusals and files that changed are told of.</param>
    public ManagementAccess(ApiSettings api, string proxy, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<ManagementAccess>();
        browsers = new BrowserGuard(isOpen: api.AuthStrategy == AuthStrategy.None, proxy, logger);
        try
        {
            if (api.IsEncrypted)
                certificate = new([api.CertificateFile, api.KeyFile.Length == 0 ? api.CertificateFile : api.KeyFile], () => ServerCertificate.Read(api.CertificateFile, api.KeyFile, time), time, logger);
            if (api.AuthStrategy == AuthStrategy.HttpBasic)
                passwords = new(new([api.HtpasswdFile], () => Htpasswd.Read(api.HtpasswdFile), time, logger), (password, hash) => BCrypt.Net.BCrypt.Verify(password, hash), time, logger);
        }
        catch (AccessFileException problem)
        {
            throw problem.AtStart();
        }
    }

    /// <summary>Makes an endpoint on the network what the settings say.</summary>
    public void Configure(ListenOptions endpoint)
    {
        // Asked for each connection: those that are open keep the certificate they began with.
        if (certificate is not null) endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Tls(certificate.Current)) });
    }

    /// <summary>Puts the guards before everything that is mapped.</summary>
    public void Guard(IApplicationBuilder app)
    {
        app.Use(browsers.GuardAsync);
        if (passwords is not null) app.Use(new BasicAuthentication(passwords).GuardAsync);
    }

    public void Dispose() => passwords?.Dispose();

    private static SslServerAuthenticationOptions Tls(ServerCertificate shown) => new()
    {
        ServerCertificateContext = shown.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        AllowRenegotiation = false,
    };
}
