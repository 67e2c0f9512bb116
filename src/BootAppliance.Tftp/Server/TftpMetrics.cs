using System.Diagnostics.Metrics;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>What the TFTP server has counted since it started.</summary>
/// <param name="Requests">Read requests that were well formed.</param>
/// <param name="Active">Transfers under way.</param>
/// <param name="Bytes">Bytes that clients have acknowledged.</param>
/// <param name="Retransmits">Packets that were sent more than once.</param>
/// <param name="Outcomes">Transfers by how they ended.</param>
/// <param name="Refusals">Requests answered with an ERROR, by its code.</param>
/// <param name="Drops">Packets not taken, by the reason.</param>
public sealed record TftpCounters(
    long Requests, long Active, long Bytes, long Retransmits,
    IReadOnlyDictionary<TransferOutcome, long> Outcomes,
    IReadOnlyDictionary<TftpErrorCode, long> Refusals,
    IReadOnlyDictionary<TftpDropReason, long> Drops);

/// <summary>Counts, for all listeners of a process together, and shows the counts as the meter <see cref="MeterName"/>.</summary>
public sealed class TftpMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "BootAppliance.Tftp";

    private readonly Meter meter = new(MeterName);
    private readonly long[] outcomes = new long[Enum.GetValues<TransferOutcome>().Length];
    private readonly long[] refusals = new long[Enum.GetValues<TftpErrorCode>().Length];
    private readonly long[] drops = new long[Enum.GetValues<TftpDropReason>().Length];
    private long requests;
    private long active;
    private long bytes;
    private long retransmits;

    /// <summary>Creates the meter and its instruments.</summary>
    public TftpMetrics()
    {
        meter.CreateObservableCounter("tftp.requests", () => Interlocked.Read(ref requests), description: "Well-formed read requests.");
        meter.CreateObservableUpDownCounter("tftp.transfers.active", () => Interlocked.Read(ref active), description: "Transfers under way.");
        meter.CreateObservableCounter("tftp.sent", () => Interlocked.Read(ref bytes), "By", "Bytes that clients have acknowledged.");
        meter.CreateObservableCounter("tftp.retransmits", () => Interlocked.Read(ref retransmits), description: "Packets sent more than once.");
        meter.CreateObservableCounter("tftp.transfers", () => Measure<TransferOutcome>(outcomes, "outcome"), description: "Ended transfers.");
        meter.CreateObservableCounter("tftp.refusals", () => Measure<TftpErrorCode>(refusals, "code"), description: "Requests answered with an ERROR.");
        meter.CreateObservableCounter("tftp.drops", () => Measure<TftpDropReason>(drops, "reason"), description: "Packets that were not taken.");
    }

    /// <summary>All counts as they stand now.</summary>
    public TftpCounters Snapshot() => new(
        Interlocked.Read(ref requests), Interlocked.Read(ref active), Interlocked.Read(ref bytes), Interlocked.Read(ref retransmits),
        Counted<TransferOutcome>(outcomes), Counted<TftpErrorCode>(refusals), Counted<TftpDropReason>(drops));

    /// <summary>Takes the meter away.</summary>
    public void Dispose() => meter.Dispose();

    internal long Active => Interlocked.Read(ref active);

    internal void Requested() => Interlocked.Increment(ref requests);

    internal void Began() => Interlocked.Increment(ref active);

    internal void Ceased() => Interlocked.Decrement(ref active);

    internal void Refused(TftpErrorCode code) => Interlocked.Increment(ref refusals[(int)code]);

    internal void Dropped(TftpDropReason reason) => Interlocked.Increment(ref drops[(int)reason]);

    internal void Finished(TransferReport report)
    {
        Interlocked.Increment(ref outcomes[(int)report.Outcome]);
        Interlocked.Add(ref bytes, report.BytesAcknowledged);
        Interlocked.Add(ref retransmits, report.Retransmits);
    }

    private static Dictionary<T, long> Counted<T>(long[] counts) where T : struct, Enum =>
        Enum.GetValues<T>().Select((key, index) => (key, count: Interlocked.Read(ref counts[index])))
            .Where(pair => pair.count > 0).ToDictionary(pair => pair.key, pair => pair.count);

    private static IEnumerable<Measurement<long>> Measure<T>(long[] counts, string label) where T : struct, Enum =>
        Counted<T>(counts).Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>(label, pair.Key.ToString())));
}
