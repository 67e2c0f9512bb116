using System.Globalization;
using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.Versions;

/// <summary>Reads the version that a client asks for, and says in every answer, also in a refusal, which ones there are.</summary>
internal static class VersionNegotiation
{
    private static readonly string range = $"The supported version range is: [{ApiVersion.Minimum}, {ApiVersion.Maximum}].";

    public static Task NegotiateAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers["X-OpenStack-Ironic-API-Minimum-Version"] = ApiVersion.Minimum.ToString();
        headers["X-OpenStack-Ironic-API-Maximum-Version"] = ApiVersion.Maximum.ToString();
        if (!TryRead(context.Request.Headers[ApiVersion.Header].ToString(), out var version, out var problem))
        {
            headers[ApiVersion.Header] = ApiVersion.Minimum.ToString();
            throw new BaremetalException(StatusCodes.Status406NotAcceptable, problem) { Form = ErrorForm.Title };
        }

        headers[ApiVersion.Header] = version.ToString();
        context.Items[typeof(ApiVersion)] = version;
        return next(context);
    }

    /// <summary>The version that was negotiated.</summary>
    public static ApiVersion Of(HttpContext context) => context.Items[typeof(ApiVersion)] is ApiVersion version ? version : ApiVersion.Minimum;

    /// <summary>Reads the header; a client that sends none speaks the oldest version.</summary>
    internal static bool TryRead(string header, out ApiVersion version, out string problem)
    {
        (version, problem) = (ApiVersion.Minimum, "");
        if (header.Length == 0) return true;
        if (header == "latest")
        {
            version = ApiVersion.Maximum;
            return true;
        }

        if (header.Split('.') is not [var majorText, var minorText] || !IsNumber(majorText, out var major) || !IsNumber(minorText, out var minor))
        {
            problem = $"Invalid value for {ApiVersion.Header} header";
            return false;
        }

        if (major != 1) problem = $"Mutually exclusive versions requested. Version {header} requested but not supported by this service. {range}";
        else if (minor < ApiVersion.Minimum.Minor || minor > ApiVersion.Maximum.Minor)
            problem = $"Version {header} was requested but the minor version is not supported by this service. {range}";
        version = new ApiVersion(minor);
        return problem.Length == 0;
    }

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
