using System.Globalization;
using BootAppliance.Bench.Dhcp;
using BootAppliance.Bench.Nodes;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Bench.Http;

/// <summary>How much is measured.</summary>
internal sealed record HttpBenchmarkTerms(int Rounds, double Seconds);

/// <summary>Measures images and boot scripts beside nginx, which serves the same image and the same texts as files; both run all the time, and take turns.</summary>
internal static class HttpBenchmark
{
    private const int Nodes = 128;
    private const int ImageLength = 512 << 20;
    private const int Connections = 32;
    private const int WarmUps = 3;
    private const string Image = "/images/image";

    private static readonly TimeSpan startingTime = TimeSpan.FromMinutes(1);

    public static async Task<string> Run(HttpBenchmarkTerms terms)
    {
        var folder = Directory.CreateTempSubdirectory("bench-http-").FullName;
        await using var wire = await DhcpWire.Create();
        try
        {
            await Prepare(folder);
            await using var ours = await RunningServer.Start(wire, HttpPeer.Ours, folder);
            await ours.Process.Output.WaitForLine(line => line.Contains("ready: ", StringComparison.Ordinal), startingTime);
            await KeepScripts(wire, folder);
            await using var nginx = await RunningServer.Start(wire, HttpPeer.Nginx, folder);
            await nginx.AwaitFile(folder, "nginx.pid", startingTime);
            return await Measure(wire, terms, folder, [ours, nginx]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Prepare(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        var part = new byte[16 << 20];
        new Random(80).NextBytes(part);
        await using (var image = File.Create(folder + Image))
            for (var written = 0; written < ImageLength; written += part.Length) await image.WriteAsync(part);

        await NodeBenchmark.Fill(Path.Combine(folder, "bootappliance.db"), Nodes);
        // The same machines in the same order for both.
        await File.WriteAllTextAsync(Path.Combine(folder, "ask.lua"), $$"""
            local node = 0
            request = function()
              node = (node + 37) % {{Nodes}}
              return wrk.format(nil, string.format("/v1/boot/52:54:00:00:00:%02x/boot.ipxe", node))
            end
            """);
    }

    /// <summary>Has nginx serve the very texts that the appliance makes.</summary>
    private static async Task KeepScripts(DhcpWire wire, string folder)
    {
        for (var node = 0; node < Nodes; node++)
        {
            var path = $"/v1/boot/{NodeBenchmark.Mac(node)}/boot.ipxe";
            Directory.CreateDirectory(Path.GetDirectoryName(folder + path)!);
            await wire.StartClients(["curl", "--silent", "--fail", "--output", folder + path, $"http://{HttpPeer.Address}{path}"]).WaitForExit();
            if (!File.Exists(folder + path)) throw new LabException($"The appliance has no script at {path}.");
        }
    }

    private static async Task<string> Measure(DhcpWire wire, HttpBenchmarkTerms terms, string folder, RunningServer[] servers)
    {
        int[] clients = [1, 16, 64];
        var images = (from count in clients from server in servers select new HttpRow(server, count)).ToList();
        var scripts = servers.Select(server => new HttpRow(server, Connections)).ToList();
        for (var round = 1 - WarmUps; round <= terms.Rounds; round++)
        {
            // Who comes second may find the processors in another state.
            foreach (var row in InTurn(images, round)) await Add(row, () => LoadImage(wire, row, terms.Seconds), round);
            foreach (var row in InTurn(scripts, round)) await Add(row, () => AskScripts(wire, row, folder, terms.Seconds), round);
        }

        return HttpTable.OfImages(images) + "\n" + HttpTable.OfScripts(scripts);
    }

    private static IEnumerable<HttpRow> InTurn(IReadOnlyList<HttpRow> rows, int round) => round % 2 == 0 ? rows : rows.Reverse();

    private static async Task Add(HttpRow row, Func<Task<HttpFigures>> measure, int round)
    {
        var figures = await measure();
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{(round < 1 ? "warm-up" : $"round {round}")}: {row.Server.Peer.Name}, {row.Clients} clients: {figures}"));
        // The first rounds compile, and bring the image into memory.
        if (round > 0) row.Results.Add(figures);
    }

    private static async Task<HttpFigures> LoadImage(DhcpWire wire, HttpRow row, double seconds)
    {
        var before = row.Server.Cpu.Seconds;
        var said = await Output(wire, [Environment.ProcessPath!, "load-image", $"{HttpPeer.Address}:{row.Server.Peer.Port}", Image, $"{row.Clients}", seconds.ToString(CultureInfo.InvariantCulture)]);
        if (said.Split(' ') is not [var bytes, var duration] || !long.TryParse(bytes, CultureInfo.InvariantCulture, out var count)) throw new LabException($"{row.Server.Peer.Name}: {said}");
        return new HttpFigures(count / 1e9 / double.Parse(duration, CultureInfo.InvariantCulture), (row.Server.Cpu.Seconds - before) / (count / 1e9), 0, 0);
    }

    private static async Task<HttpFigures> AskScripts(DhcpWire wire, HttpRow row, string folder, double seconds)
    {
        var before = row.Server.Cpu.Seconds;
        var said = await Output(wire, ["wrk", "--threads", "1", "--connections", $"{row.Clients}", "--duration", $"{Math.Ceiling(seconds)}s", "--latency", "--script", Path.Combine(folder, "ask.lua"), $"http://{HttpPeer.Address}:{row.Server.Peer.Port}"]);
        var report = WrkReport.Read(said);
        return new HttpFigures(report.PerSecond, (row.Server.Cpu.Seconds - before) / report.Requests * 1e6, report.Median, report.Slowest);
    }

    private static async Task<string> Output(DhcpWire wire, IReadOnlyList<string> command)
    {
        await using var client = wire.StartClients(command);
        await client.WaitForExit();
        return string.Join('\n', client.Output.Lines);
    }
}
