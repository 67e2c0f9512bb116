using System.Globalization;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Progress;

/// <summary>Says from the boot timeline how far a machine came that let its node wait.</summary>
public sealed class LastSeen(EventLog events, TimeProvider time) : ILastSeen
{
    /// <inheritdoc/>
    string? ILastSeen.LastSeen(Node node, DateTimeOffset since)
    {
        var boot = events.Query(EventQuery.ForNode(node)).Where(seen => seen.Time >= since && (BootSteps.Of(seen) is not null || BootProgress.IsTrouble(seen.Kind))).ToList();
        if (boot.Count == 0) return null;
        var text = string.Create(CultureInfo.InvariantCulture, $"{boot[^1].Text.TrimEnd('.')} ({boot[^1].Time:yyyy-MM-dd HH:mm:ss} UTC).");
        return BootProgress.Read(boot, time.GetUtcNow()).Diagnosis is { } diagnosis
            ? $"{text} What did not come is {diagnosis.Missing}; the usual cause: {(diagnosis.UsualCauses.Count > 0 ? diagnosis.UsualCauses[0] : "none is known")}."
            : text;
    }
}
