using System.Diagnostics;

namespace BootAppliance.Lab.Processes;

/// <summary>A program that runs beside the lab: its output as lines, its end on request.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly Task reading;
    private bool disposed;

    private ChildProcess(Process process, string name)
    {
        this.process = process;
        Output = new LineLog(name);
        reading = process.StartInfo.RedirectStandardOutput ? ReadAll() : Task.CompletedTask;
    }

    /// <summary>What it writes, standard output and standard error together.</summary>
    public LineLog Output { get; }

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    /// <summary>Peak resident memory so far, in bytes; null when the process has ended.</summary>
    public long? PeakMemory
    {
        get
        {
            var peak = ReadStatus().FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return peak is null ? null : long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments, each as it is: no shell reads them.</param>
    /// <param name="name">How it is called in errors.</param>
    /// <param name="inheritOutput">It writes to our own terminal instead of <see cref="Output"/>.</param>
    public static ChildProcess Start(IReadOnlyList<string> command, string name, bool inheritOutput = false)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = !inheritOutput,
            RedirectStandardError = !inheritOutput,
            RedirectStandardInput = true,
        };
        return new ChildProcess(Process.Start(start)!, name);
    }

    /// <summary>Runs a program to its end and returns what it wrote to standard output; fails with its errors if it fails.</summary>
    public static async Task<string> Run(IReadOnlyList<string> command, CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var program = Process.Start(start)!;
        var output = program.StandardOutput.ReadToEndAsync(cancellation);
        var errors = program.StandardError.ReadToEndAsync(cancellation);
        await program.WaitForExitAsync(cancellation);
        return program.ExitCode == 0
            ? await output
            : throw new LabException($"{string.Join(' ', command)} failed with status {program.ExitCode}: {(await errors).Trim()}");
    }

    /// <summary>Sends a signal, for example <c>KILL</c>.</summary>
    public Task Signal(string name) => Run(["sh", "-c", $"kill -s {name} {process.Id}"]);

    /// <summary>Waits for its end and returns its exit status.</summary>
    public async Task<int> WaitForExit(CancellationToken cancellation = default)
    {
        await process.WaitForExitAsync(cancellation);
        await reading;
        return process.ExitCode;
    }

    /// <summary>Ends it: politely first, by force after five seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true)) return;
        if (!process.HasExited)
        {
            try
            {
                await Signal("TERM");
                await process.WaitForExitAsync().WaitAsync(TimeToEnd);
            }
            catch (Exception stubborn) when (stubborn is TimeoutException or LabException)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
        await reading;
        process.Dispose();
    }

    private async Task ReadAll()
    {
        await Task.WhenAll(Read(process.StandardOutput), Read(process.StandardError));
        Output.Complete();
    }

    private async Task Read(StreamReader reader)
    {
        var lines = new TerminalLines(Output.Add);
        var buffer = new char[4096];
        for (var count = await reader.ReadAsync(buffer); count > 0; count = await reader.ReadAsync(buffer))
            lines.Write(buffer.AsSpan(0, count));
        lines.Flush();
    }

    private string[] ReadStatus()
    {
        try
        {
            return process.HasExited ? [] : File.ReadAllLines($"/proc/{process.Id}/status");
        }
        catch (IOException)
        {
            return [];
        }
    }
}
