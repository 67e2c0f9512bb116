using System.Text.Json.Serialization;

namespace BootAppliance.Settings;

public enum AuthStrategy
{
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("http_basic")]
    HttpBasic,
}

/// <summary>The management plane.</summary>
public sealed record ApiSettings
{
    public Uri Endpoint { get; init; } = new("http://127.0.0.1:6385");

    public string Socket { get; init; } = "/run/bootappliance/api.sock";

    public AuthStrategy AuthStrategy { get; init; } = AuthStrategy.None;

    public string HtpasswdFile { get; init; } = "/etc/bootappliance/htpasswd";

    /// <summary>The server's certificate and those that lead to its root, in PEM form; for an https endpoint.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>Its private key; empty: in <see cref="CertificateFile"/> too.</summary>
    public string KeyFile { get; init; } = "";

    internal bool IsEncrypted => Endpoint.Scheme == Uri.UriSchemeHttps;
}
