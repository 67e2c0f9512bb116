using System.Net;
using System.Net.Sockets;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Baremetal.Tests;

/// <summary>The appliance as a process of its own, with its API on a free port of the loopback and no provisioning interface.</summary>
internal sealed class RunningAppliance : IAsyncDisposable
{
    private const string RecordedImages = "http://127.0.0.1:18181";
    private static readonly string[] recordedRoots = ["http://127.0.0.1:6385", "http://127.0.0.1:6395"];
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("bootappliance-api-").FullName;
    private readonly ImageServer images = new(FreePort());
    private ChildProcess? process;

    /// <summary>The root of its API, with a slash at the end.</summary>
    public Uri Root { get; } = new($"http://127.0.0.1:{FreePort()}/");

    public ChildProcess Process => process!;

    public static async Task<RunningAppliance> StartAsync(CancellationToken cancellation)
    {
        var appliance = new RunningAppliance();
        await File.WriteAllTextAsync(appliance.Settings, $$"""
            Http: { Root: {{appliance.folder}}/http, Port: {{FreePort()}} }
            Tftp: { Enabled: false }
            Api: { Endpoint: "{{appliance.Root.ToString().TrimEnd('/')}}", Socket: {{appliance.folder}}/api.sock }
            Store: { Path: {{appliance.folder}}/bootappliance.db }
            """, cancellation);
        try
        {
            await appliance.RunAsync(cancellation);
            return appliance;
        }
        catch
        {
            await appliance.DisposeAsync();
            throw;
        }
    }

    /// <summary>What was recorded of other servers, with those of this test in their places.</summary>
    public string Ours(string text) => recordedRoots.Aggregate(text, (changed, recorded) => changed.Replace(recorded, Root.ToString().TrimEnd('/'), StringComparison.Ordinal))
        .Replace(RecordedImages, images.Root, StringComparison.Ordinal);

    private string Settings => Path.Combine(folder, "settings.yaml");

    /// <summary>Ends it as a power cut would, and starts it again on the same data.</summary>
    public async Task KillAndRunAsync(CancellationToken cancellation)
    {
        await Process.Signal("KILL");
        await Process.WaitForExit(cancellation);
        await Process.DisposeAsync();
        await RunAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        await images.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        process = ChildProcess.Start([Checkout.Appliance, "run", "--config", Settings], "the appliance");
        await process.Output.WaitForLine(line => line.Contains("ready: ", StringComparison.Ordinal), TimeToStart, cancellation);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
