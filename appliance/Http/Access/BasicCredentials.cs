using System.Text;
using System.Text.Unicode;

namespace BootAppliance.Http.Access;

/// <summary>A user name and a password as they came in a request (RFC 7617). Not a record: those print what they hold.</summary>
internal sealed class BasicCredentials
{
    private const string Scheme = "Basic";

    private BasicCredentials(string user, string password) => (User, Password) = (user, password);

    public string User { get; }

    public string Password { get; }

    /// <summary>Reads the value of an Authorization header; the problem is in Ironic's words, which clients show to their users.</summary>
    public static BasicCredentials? Parse(string header, out string problem)
    {
        var value = header.AsSpan().Trim();
        var blank = value.IndexOf(' ');
        problem = "Could not parse Authorization header";
        if (blank < 0) return null;
        problem = "Unsupported authorization type, only Basic is known here";
        if (!value[..blank].Equals(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        problem = "Could not decode authorization token";
        var token = value[blank..].Trim();
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64Chars(token, bytes, out var length) || !Utf8.IsValid(bytes.AsSpan(0, length))) return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return null;
        problem = "";
        return new BasicCredentials(text[..colon], text[(colon + 1)..]);
    }
}
