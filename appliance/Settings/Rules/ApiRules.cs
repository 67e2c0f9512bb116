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
        check.Refuse(
            api.AuthStrategy == AuthStrategy.None && !IsLoopback(api.Endpoint),
            "Api:Endpoint",
            $"{api.Endpoint.GetLeftPart(UriPartial.Authority)} can be reached from other machines, and with Api:AuthStrategy none everybody there could "
                + "rebuild every node; use a loopback address (http://127.0.0.1:6385), or Api:AuthStrategy http_basic with Api:HtpasswdFile",
            "Api:AuthStrategy");
        check.Refuse(
            api.Endpoint.PathAndQuery != "/" || api.Endpoint.Fragment.Length > 0 || api.Endpoint.UserInfo.Length > 0,
            "Api:Endpoint",
            "is where to listen: scheme, address and port only, such as http://127.0.0.1:6385");
        check.Refuse(
            api.AuthStrategy == AuthStrategy.HttpBasic && !check.FileExists(api.HtpasswdFile),
            "Api:HtpasswdFile",
            $"Api:AuthStrategy http_basic needs this file, and {(api.HtpasswdFile.Length == 0 ? "none is named" : $"{api.HtpasswdFile} does not exist")}; "
                + "make it with: htpasswd -c -B FILE USER",
            "Api:AuthStrategy");
        check.Refuse(
            api.Socket.Length == 0 || Encoding.UTF8.GetByteCount(api.Socket) > LongestSocketPath,
            "Api:Socket",
            $"must be a path of 1 to {LongestSocketPath} bytes, such as /run/bootappliance/api.sock (Linux takes no longer ones for sockets)");
    }

    private static bool IsLoopback(Uri endpoint) =>
        endpoint.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(endpoint.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));
}
