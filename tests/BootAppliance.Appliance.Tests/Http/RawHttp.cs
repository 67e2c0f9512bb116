using System.Net.Sockets;
using System.Text;

namespace BootAppliance.Tests;

/// <summary>HTTP as it goes over the wire, untouched by a client library.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request line such as <c>GET /boot.ipxe</c>; the answer comes without its Date, lines joined by bars.</summary>
    public static async Task<string> AskAsync(Uri server, string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var lines = (await reader.ReadToEndAsync()).ReplaceLineEndings("\n").Split('\n');
        return string.Join('|', lines.Where(line => !line.StartsWith("Date: ", StringComparison.Ordinal)));
    }
}
