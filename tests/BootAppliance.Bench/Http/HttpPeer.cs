using BootAppliance.Bench.Dhcp;
using BootAppliance.Lab;

namespace BootAppliance.Bench.Http;

/// <summary>A server of the same files and the same scripts.</summary>
/// <param name="Name">How the table calls it.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Configuration">What its configuration file says, given its folder.</param>
/// <param name="Command">How it is started, given that file; it must stay in the foreground.</param>
internal sealed record HttpPeer(string Name, int Port, Func<string, string> Configuration, Func<string, IReadOnlyList<string>> Command)
{
    public const string Address = "198.18.0.1";

    public static HttpPeer Ours { get; } = new("BootAppliance", 80, folder => $$"""
        Network: { Interface: {{DhcpWire.ServerInterface}} }
        Dhcp: { Mode: "Off", Subnets: [ { Prefix: {{DhcpWire.Prefix}} } ] }
        Tftp: { Enabled: false }
        Http: { Root: {{folder}}/images }
        Api: { Socket: {{folder}}/api.sock }
        Store: { Path: {{folder}}/bootappliance.db }
        """, file => [Checkout.Appliance, "run", "--config", file]);

    /// <summary>As Debian sets it up (a worker for each processor, sendfile), but without its log of requests.</summary>
    public static HttpPeer Nginx { get; } = new("nginx", 8080, folder => $$"""
        daemon off;
        user root;
        worker_processes auto;
        pid {{folder}}/nginx.pid;
        error_log stderr;
        events { worker_connections 4096; }
        http {
          sendfile on;
          tcp_nopush on;
          access_log off;
          keepalive_requests 1000000000;
          default_type application/octet-stream;
          server { listen {{Address}}:8080; root {{folder}}; }
        }
        """, file => ["nginx", "-c", file, "-e", "stderr"]);

    /// <summary>What is missing on this machine, or null.</summary>
    public static string? FindObstacle() => MissingPackage.Find("nginx", "nginx-light") ?? MissingPackage.Find("wrk", "wrk");
}
