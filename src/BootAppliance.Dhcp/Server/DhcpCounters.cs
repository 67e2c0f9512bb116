using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Runtime.CompilerServices;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Counts packets since the start of the process; thread safe, and readable through the meter <see cref="MeterName"/>.</summary>
public sealed class DhcpCounters : IDisposable
{
    /// <summary>
    /// The name of the meter; its instruments are <c>dhcp.received</c> and <c>dhcp.sent</c> by type, <c>dhcp.dropped</c> by reason, and <c>dhcp.relayed</c> by relay.
    /// </summary>
    public const string MeterName = "BootAppliance.Dhcp";

    // More relays than this are no network of ours: giaddr can be made up.
    private const int MostRelays = 256;

    private readonly Meter meter = new(MeterName);
    private readonly long[] received = new long[byte.MaxValue + 1];
    private readonly long[] sent = new long[byte.MaxValue + 1];
    private readonly long[] dropped = new long[Enum.GetValues<DhcpDropReason>().Length];
    private readonly ConcurrentDictionary<IPAddress, StrongBox<long>> relayed = new();

    /// <summary>Starts at zero.</summary>
    public DhcpCounters()
    {
        meter.CreateObservableCounter("dhcp.received", () => Measure("type", Types(received)), "{packet}", "DHCP messages received, by message type");
        meter.CreateObservableCounter("dhcp.sent", () => Measure("type", Types(sent)), "{packet}", "DHCP messages sent, by message type");
        meter.CreateObservableCounter("dhcp.dropped", () => Measure("reason", Reasons()), "{packet}", "DHCP messages left without an answer, by reason");
        meter.CreateObservableCounter("dhcp.relayed", () => Measure("relay", Relays()), "{packet}", "DHCP messages that came through a relay, by its address (giaddr)");
    }

    /// <summary>Counts a message that was read.</summary>
    public void CountReceived(DhcpMessageType type) => Interlocked.Increment(ref received[(byte)type]);

    /// <summary>Counts a message that came through a relay, whatever becomes of it; true for the first one of that relay.</summary>
    public bool CountRelayed(IPAddress relay)
    {
        if (!relayed.TryGetValue(relay, out var count))
        {
            if (relayed.Count >= MostRelays) return false;
            count = relayed.GetOrAdd(relay, static _ => new StrongBox<long>());
        }

        return Interlocked.Increment(ref count.Value) == 1;
    }

    /// <summary>Counts a message that went out.</summary>
    public void CountSent(DhcpMessageType type) => Interlocked.Increment(ref sent[(byte)type]);

    /// <summary>Counts a packet without an answer.</summary>
    public void CountDropped(DhcpDropReason reason) => Interlocked.Increment(ref dropped[(int)reason]);

    /// <summary>All counts that are not zero.</summary>
    public DhcpCounterSnapshot Snapshot() => new(
        Types(received).ToDictionary(c => c.Key, c => c.Count),
        Types(sent).ToDictionary(c => c.Key, c => c.Count),
        Reasons().ToDictionary(c => c.Key, c => c.Count),
        Relays().ToDictionary(c => c.Key, c => c.Count));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static IEnumerable<(DhcpMessageType Key, long Count)> Types(long[] counts) =>
        counts.Index().Where(c => Interlocked.Read(ref counts[c.Index]) > 0).Select(c => ((DhcpMessageType)c.Index, Interlocked.Read(ref counts[c.Index])));

    private static IEnumerable<Measurement<long>> Measure<T>(string tag, IEnumerable<(T Key, long Count)> counts) =>
        counts.Select(c => new Measurement<long>(c.Count, new KeyValuePair<string, object?>(tag, c.Key!.ToString())));

    private IEnumerable<(DhcpDropReason Key, long Count)> Reasons() =>
        Enum.GetValues<DhcpDropReason>().Select(r => (r, Interlocked.Read(ref dropped[(int)r]))).Where(c => c.Item2 > 0);

    private IEnumerable<(IPAddress Key, long Count)> Relays() => relayed.Select(c => (c.Key, Interlocked.Read(ref c.Value.Value)));
}

/// <summary>The counts at one moment.</summary>
/// <param name="Received">Messages read, by type.</param>
/// <param name="Sent">Messages sent, by type.</param>
/// <param name="Dropped">Packets without an answer, by reason.</param>
/// <param name="Relayed">Messages that came through relays, by the relay's address.</param>
public sealed record DhcpCounterSnapshot(
    IReadOnlyDictionary<DhcpMessageType, long> Received,
    IReadOnlyDictionary<DhcpMessageType, long> Sent,
    IReadOnlyDictionary<DhcpDropReason, long> Dropped,
    IReadOnlyDictionary<IPAddress, long> Relayed);
