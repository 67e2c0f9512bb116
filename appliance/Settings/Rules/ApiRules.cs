using System.Net;
using System.Text;

namespace BootAppliance.Settings.Rules;

internal static class ApiRules
{
    /// <summary>The size of <c>sun_path</c> on Linux, without its terminating zero.</summary>
    private const int LongestSocketPath = 107;

    public static void Apply(SettingsCheck check)
    {
        var api = check.Settings.Api;
        CheckEndpoint(check, api);
        CheckCertificate(check, api);
        check.Refuse(
            api.AuthStrategy == AuthStrategy.HttpBasic && api.HtpasswdFile.Length == 0,
            "Api:HtpasswdFile",
            "Api:AuthStrategy http_basic needs this file, and none is named; make it with: htpasswd -c -B -C 10 FILE USER",
            "Api:AuthStrategy");
        check.Refuse(
            api.Socket.Length == 0 || Encoding.UTF8.GetByteCount(api.Socket) > LongestSocketPath,
            "Api:Socket",
            $"must be a path of 1 to {LongestSocketPath} bytes, such as /run/bootappliance/api.sock (Linux takes no longer ones for sockets)");
    }

    private static void CheckEndpoint(SettingsCheck check, ApiSettings api)
    {
        var isOpen = api.AuthStrategy == AuthStrategy.None && !IsLoopback(api.Endpoint);
        check.Refuse(
            isOpen,
            "Api:Endpoint",
            $"{api.Endpoint.GetLeftPart(UriPartial.Authority)} can be reached from other machines, and with Api:AuthStrategy none everybody there could "
                + "rebuild every node; use a loopback address (http://127.0.0.1:6385), or Api:AuthStrategy http_basic with Api:HtpasswdFile",
            "Api:AuthStrategy");
        check.Refuse(
            !isOpen && !IsLoopback(api.Endpoint) && !IPAddress.TryParse(api.Endpoint.DnsSafeHost, out _),
            "Api:Endpoint",
            $"{api.Endpoint.Host} is a name, and here stands the address to listen on, such as 192.0.2.1, or 0.0.0.0 for every IPv4 address of this machine");
        check.Refuse(
            api.Endpoint.PathAndQuery != "/" || api.Endpoint.Fragment.Length > 0 || api.Endpoint.UserInfo.Length > 0,
            "Api:Endpoint",
            "is where to listen: scheme, address and port only, such as http://127.0.0.1:6385");
    }

    private static void CheckCertificate(SettingsCheck check, ApiSettings api)
    {
        check.Refuse(
            api.IsEncrypted && api.CertificateFile.Length == 0,
            "Api:CertificateFile",
            $"Api:Endpoint {api.Endpoint.GetLeftPart(UriPartial.Authority)} needs a certificate in PEM form, and none is named",
            "Api:Endpoint");
        foreach (var (key, file) in (ReadOnlySpan<(string, string)>)[("Api:CertificateFile", api.CertificateFile), ("Api:KeyFile", api.KeyFile)])
        {
            check.Refuse(
                !api.IsEncrypted && file.Length > 0,
                key,
                $"is for an https endpoint, and Api:Endpoint is {api.Endpoint.GetLeftPart(UriPartial.Authority)}; write https there, or leave this empty",
                "Api:Endpoint");
        }
    }

    public static bool IsLoopback(Uri endpoint) =>
        endpoint.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(endpoint.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));
}
