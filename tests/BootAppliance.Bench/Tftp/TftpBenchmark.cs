using System.Globalization;
using System.Text;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Bench.Tftp;

/// <summary>Measures the servers one after the other in each row, round after round, so that what else the machine does hits all of them.</summary>
internal sealed class TftpBenchmark(TftpBenchmarkTerms terms)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly byte[] large = Content(16 * 1024 * 1024);
    private readonly byte[] small = Content(1024 * 1024);

    public async Task<string> Run()
    {
        var folder = Directory.CreateTempSubdirectory("bench-tftp-");
        await using var wire = await TftpWire.Create(terms.SegmentationOffload);
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "large"), large);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "small"), small);
            using var machines = await wire.OpenMachinesEnd();
            var rows = Rows().ToList();
            for (var round = 0; round <= terms.Rounds; round++)
            {
                foreach (var row in rows)
                {
                    var result = await Measure(wire, machines, folder.FullName, row, verify: round == 0);
                    await Console.Error.WriteLineAsync($"{(round == 0 ? "warm-up" : $"round {round}")}: {row.Describe()}: {result}");
                    if (round > 0) row.Results.Add(result);
                }
            }

            return Table(rows);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private IEnumerable<TftpRow> Rows() =>
        from windowSize in (int[])[1, 16, 64]
        from blockSize in (int[])[512, 1468]
        from clients in (int[])[1, 10, 200, 1000]
        from server in TftpPeer.All
        where windowSize <= server.LargestWindow && terms.Includes(server.Name, clients, blockSize, windowSize)
        select new TftpRow(server, clients, blockSize, windowSize);

    private async Task<TftpFigures> Measure(TftpWire wire, FrameSocket machines, string folder, TftpRow row, bool verify)
    {
        // After the server, when its processes are gone: the group must be empty.
        using var group = new CpuGroup();
        await using var server = group.Start(() => wire.Start(row.Server.Command(TftpWire.ServerAddress, folder), row.Server.Name));
        await AwaitReady(wire, machines, server);
        var (file, content) = row.Clients > 10 ? ("small", small) : ("large", large);
        var before = group.Seconds;
        var duration = verify ? TimeSpan.Zero : terms.Duration;
        var load = new TftpLoad(machines, TftpWire.Frames(), new TftpLoadTerms(row.Clients, row.BlockSize, row.WindowSize, file, content, duration, verify));
        var result = await Task.Factory.StartNew(load.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (result.FirstFailure is { } failure) await Console.Error.WriteLineAsync($"  {result.Failed} of {result.Completed + result.Failed} failed, the first with: {failure}");
        return new TftpFigures(
            result.Bytes / 1e6 / result.Duration.TotalSeconds, (group.Seconds - before) / (result.Bytes / 1e9),
            result.Completed, result.Failed, result.Repeated, server.PeakMemory.GetValueOrDefault() >> 20);
    }

    /// <summary>A first small download also makes the server warm: it has compiled and opened what it needs.</summary>
    private async Task AwaitReady(TftpWire wire, FrameSocket machines, ChildProcess server)
    {
        using var limit = new CancellationTokenSource(Settling);
        while (!limit.IsCancellationRequested && !server.HasEnded)
        {
            if ((await wire.Listeners()).Contains(":69 ", StringComparison.Ordinal)) break;
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }

        var few = new TftpLoadTerms(8, 1468, 1, "small", small, TimeSpan.FromMilliseconds(300), Verify: false);
        var result = new TftpLoad(machines, TftpWire.Frames(), few).Run();
        if (result.Completed == 0) throw new LabException($"The server does not serve ({result.FirstFailure}): {string.Join(' ', server.Output.Lines)}");
    }

    private static string Table(List<TftpRow> rows)
    {
        var table = new StringBuilder();
        table.AppendLine("| windowsize | blksize | clients | server | MB/s | × the better peer | CPU s per GB | downloads | failed | repeated | memory MiB |");
        table.AppendLine("|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var row in rows)
        {
            var median = row.Median();
            table.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.WindowSize} | {row.BlockSize} | {row.Clients} | {row.Server.Name} | {median.Rate:0} | {Ratio(row, rows)} | {median.CpuPerGigabyte:0.00} | {row.Results.Sum(r => r.Completed)} | {row.Results.Sum(r => r.Failed)} | {row.Results.Sum(r => r.Repeated)} | {median.Mebibytes} |");
        }

        return table.ToString();
    }

    /// <summary>Against what the better of the others does for the same clients with the same blocks, with a window of 1, which is all they have.</summary>
    private static string Ratio(TftpRow row, List<TftpRow> rows)
    {
        var peers = rows.Where(peer => peer.Server.Name != TftpPeer.Ours && (peer.Clients, peer.BlockSize) == (row.Clients, row.BlockSize)).ToList();
        return row.Server.Name != TftpPeer.Ours || peers.Count == 0
            ? ""
            : (row.Median().Rate / peers.Max(peer => peer.Median().Rate)).ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(69).NextBytes(content);
        return content;
    }
}

/// <summary>How much is measured.</summary>
internal sealed record TftpBenchmarkTerms(int Rounds, TimeSpan Duration, bool SegmentationOffload, string Filter)
{
    /// <summary>The filter is <c>server/clients/blksize/windowsize</c>, each of them or <c>*</c>.</summary>
    public bool Includes(string server, int clients, int blockSize, int windowSize) =>
        Filter.Split('/').Zip((string[])[server, $"{clients}", $"{blockSize}", $"{windowSize}"]).All(pair => pair.First == "*" || pair.First.Split(',').Contains(pair.Second));
}

/// <summary>One line of the table.</summary>
internal sealed record TftpRow(TftpPeer Server, int Clients, int BlockSize, int WindowSize)
{
    public List<TftpFigures> Results { get; } = [];

    public string Describe() => $"{Server.Name}, {Clients} clients, blksize {BlockSize}, windowsize {WindowSize}";

    public TftpFigures Median() => new(
        Middle(r => r.Rate), Middle(r => r.CpuPerGigabyte), 0, 0, 0, (long)Middle(r => r.Mebibytes));

    private double Middle(Func<TftpFigures, double> figure)
    {
        var sorted = Results.Select(figure).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

/// <summary>The figures of one round.</summary>
internal readonly record struct TftpFigures(double Rate, double CpuPerGigabyte, int Completed, int Failed, long Repeated, long Mebibytes)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Rate:0} MB/s, {CpuPerGigabyte:0.00} CPU s/GB, {Completed} downloads, {Failed} failed, {Repeated} repeated, {Mebibytes} MiB");
}
