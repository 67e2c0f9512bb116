using BootAppliance.Lab;

namespace BootAppliance.Bench.Tftp;

/// <summary>A server to measure.</summary>
/// <param name="Name">How the table calls it.</param>
/// <param name="Command">How it is started, given its address and its folder; it must stay in the foreground.</param>
/// <param name="LargestWindow">The largest windowsize that it agrees to.</param>
internal sealed record TftpPeer(string Name, Func<string, string, IReadOnlyList<string>> Command, int LargestWindow)
{
    public const string Ours = "BootAppliance";

    public static IReadOnlyList<TftpPeer> All { get; } =
    [
        new(Ours, (address, folder) => [Environment.ProcessPath!, "serve-tftp", folder, $"{address}:69"], 64),
        new("dnsmasq", (address, folder) =>
        [
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--pid-file=", "--port=0", "--bind-interfaces",
            $"--listen-address={address}", "--enable-tftp", $"--tftp-root={folder}", "--tftp-max=2000",
        ], 1),
        new("tftpd-hpa", (address, folder) => ["in.tftpd", "-L", "-4", "-u", "root", "-a", $"{address}:69", "-s", folder], 1),
    ];

    /// <summary>What is missing on this machine, or null.</summary>
    public static string? FindObstacle() => MissingPackage.Find("dnsmasq", "dnsmasq-base") ?? MissingPackage.Find("in.tftpd", "tftpd-hpa");
}
