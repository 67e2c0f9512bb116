using System.Net;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// Looks for other DHCP servers, at start and every hour, and tells of each once: where this one gives the addresses, of every other one; in
/// mode Proxy, of other proxies, and of there being nobody who gives addresses.
/// </summary>
public sealed class ForeignServerWatch(
    string interfaceName, DhcpMode mode, IReadOnlyCollection<IPAddress> known, Func<CancellationToken, Task<IReadOnlyList<ForeignServer>>> look,
    DhcpJournal journal, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long it is from one look to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource stopping = new();
    private Dictionary<IPAddress, ForeignServer> told = [];
    private bool toldOfNone;
    private Task watching = Task.CompletedTask;

    /// <summary>Looks now and tells what is new; the servers that should not be there.</summary>
    public async Task<IReadOnlyList<ForeignServer>> LookAsync(CancellationToken cancellation)
    {
        var found = await look(cancellation);
        var strangers = found.Where(s => !s.IsExpected(mode, known)).ToDictionary(s => s.Address);
        foreach (var (address, server) in strangers)
            if (!told.ContainsKey(address)) journal.Noticed(new DhcpNotice.ForeignServerFound(interfaceName, server));
        foreach (var (address, server) in told)
            if (!strangers.ContainsKey(address)) journal.Noticed(new DhcpNotice.ForeignServerGone(interfaceName, server));
        told = strangers;
        if (mode == DhcpMode.Proxy) TellOfAddressServer(found.FirstOrDefault(s => s.GivesAddresses));
        return [.. strangers.Values];
    }

    /// <summary>Begins to look every hour.</summary>
    public void Start() => watching = WatchAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(Pause, time, stopping.Token);
                await LookAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                DhcpLog.LookFailed(journal.Logger, failure, interfaceName, Pause.TotalMinutes);
            }
        }
    }

    private void TellOfAddressServer(ForeignServer? server)
    {
        if (server is null && !toldOfNone) journal.Noticed(new DhcpNotice.AddressServerMissing(interfaceName));
        else if (server is not null && toldOfNone) journal.Noticed(new DhcpNotice.AddressServerFound(interfaceName, server));
        toldOfNone = server is null;
    }
}
