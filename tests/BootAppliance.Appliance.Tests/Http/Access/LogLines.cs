using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Tests.Access;

/// <summary>Keeps every line that is logged, of every level.</summary>
internal sealed class LogLines : ILoggerProvider, ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly SemaphoreSlim written = new(0);

    public IReadOnlyList<string> All => [.. lines];

    /// <summary>Those that an operator sees.</summary>
    public IReadOnlyList<string> Seen => [.. lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal) && !line.StartsWith("Trace", StringComparison.Ordinal))];

    /// <summary>Waits until there is a line with this in it.</summary>
    public async Task SeenAsync(string part, CancellationToken cancellation)
    {
        while (!lines.Any(line => line.Contains(part, StringComparison.Ordinal))) await written.WaitAsync(cancellation);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}".TrimEnd());
        written.Release();
    }

    public void Dispose() { }
}
