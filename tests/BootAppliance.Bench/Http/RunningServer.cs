using BootAppliance.Bench.Dhcp;
using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Bench.Http;

/// <summary>A server under measurement, with the processor time of all its processes.</summary>
internal sealed class RunningServer(HttpPeer peer, ChildProcess process, CpuGroup cpu) : IAsyncDisposable
{
    public HttpPeer Peer => peer;

    public ChildProcess Process => process;

    public CpuGroup Cpu => cpu;

    public static async Task<RunningServer> Start(DhcpWire wire, HttpPeer peer, string folder)
    {
        var file = Path.Combine(folder, peer.Name + ".settings");
        await File.WriteAllTextAsync(file, peer.Configuration(folder));
        var cpu = new CpuGroup(peer.Name);
        return new RunningServer(peer, cpu.Start(() => wire.StartServer(peer.Command(file), peer.Name)), cpu);
    }

    /// <summary>Waits for a file by which it says that it runs.</summary>
    public async Task AwaitFile(string folder, string name, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (!File.Exists(Path.Combine(folder, name)))
        {
            if (process.HasEnded || limit.IsCancellationRequested) throw new LabException($"{peer.Name} does not start: {string.Join(' ', process.Output.Lines)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        cpu.Dispose();
    }
}
