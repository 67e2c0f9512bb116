using System.Globalization;
using System.Text;
using BootAppliance.Lab;

namespace BootAppliance.Bench.Dhcp;

/// <summary>Shows whether the appliance's memory stays flat over very many exchanges.</summary>
internal static class DhcpSoak
{
    private const int Parts = 10;
    private const int Rate = 4000;

    public static async Task<string> Run(int exchanges)
    {
        var folder = Directory.CreateTempSubdirectory("bench-soak-").FullName;
        await using var wire = await DhcpWire.Create();
        try
        {
            var peer = DhcpPeer.All[0];
            var file = Path.Combine(folder, "settings.yaml");
            await File.WriteAllTextAsync(file, peer.Configuration(folder));
            await using var server = wire.StartServer(peer.Command(file), peer.Name);
            while ((await PerfDhcp.Run(wire, folder, 20, TimeSpan.FromSeconds(1))).Exchanges == 0)
                if (server.HasEnded) throw new LabException($"The appliance has ended.{server.Output.Tail()}");

            var table = new StringBuilder();
            table.AppendLine("| exchanges | resident MiB | database MiB |");
            table.AppendLine("|--:|--:|--:|");
            for (long done = 0; done < exchanges;)
            {
                done += (await PerfDhcp.Run(wire, folder, Rate, TimeSpan.FromSeconds((double)exchanges / Parts / Rate))).Exchanges;
                var line = string.Create(CultureInfo.InvariantCulture, $"| {done} | {Resident(server.Id) >> 20} | {Stored(folder) >> 20} |");
                await Console.Error.WriteLineAsync(line);
                table.AppendLine(line);
            }

            return table.ToString();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long Resident(int process) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private static long Stored(string folder) => Directory.EnumerateFiles(folder, "*.db*").Sum(file => new FileInfo(file).Length);
}
