using System.Net;
using System.Runtime.InteropServices;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Bench.Tftp;

/// <summary>The TFTP server of the appliance alone, with the files of one folder: from the disk, or below <c>memory/</c> as the loaders inside the program.</summary>
internal sealed class ServeTftp(string folder) : ITftpCatalog, ITftpObserver
{
    private const string InMemory = "memory/";

    private readonly Dictionary<string, byte[]> loaders =
        Directory.EnumerateFiles(folder).ToDictionary(path => InMemory + Path.GetFileName(path), File.ReadAllBytes);

    public static async Task Run(string folder, string endPoint)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; stop.Cancel(); });
        using var metrics = new TftpMetrics();
        var files = new ServeTftp(folder);
        await using var listener = new TftpListener(
            new TftpServerSettings(IPEndPoint.Parse(endPoint)), files, files, metrics, TimeProvider.System, NullLogger<TftpListener>.Instance);
        listener.Start();
        Console.WriteLine("ready");
        await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (reason, count) in metrics.Snapshot().Drops) Console.WriteLine($"{reason}: {count}");
    }

    public ValueTask<TftpFile?> OpenAsync(TftpReadRequest request, CancellationToken cancellationToken)
    {
        if (loaders.TryGetValue(request.FileName, out var content)) return new(TftpFile.FromMemory(request.FileName, content));
        var path = Path.Combine(folder, request.FileName);
        return new(File.Exists(path) ? TftpFile.FromHandle(request.FileName, File.OpenHandle(path)) : null);
    }

    public void Finished(TransferReport report) { }

    public void Refused(TftpRefusal refusal) { }
}
