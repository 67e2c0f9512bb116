using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;
using BootAppliance.Tftp.Server;

namespace BootAppliance.Netboot.Timeline;

public sealed partial class BootTimeline : ITftpObserver
{
    /// <inheritdoc/>
    public void Finished(TransferReport report)
    {
        // EDK2 asks for the size first and breaks off; the transfer that matters follows.
        if (report.Outcome == TransferOutcome.SizeProbe) return;

        // Most clients leave as soon as they have the last block, so when its ACK is lost nobody answers any more (RFC 1350 section 6).
        var isLeft = report.Outcome == TransferOutcome.TimedOut && report.BytesAcknowledged > 0 && report.Length - report.BytesAcknowledged <= report.BlockSize * report.WindowSize;
        var isComplete = report.Outcome == TransferOutcome.Completed || isLeft;
        if (isComplete && Fetched(report.Client.Address, report.FileName)) return;
        if (!isComplete && !MayTell(addresses.Find(report.Client.Address))) return;
        Sent(report.Client.Address, report.FileName, report.BytesAcknowledged, report.Duration, isComplete ? MachineEventKind.LoaderSent : MachineEventKind.LoaderFailed, report.Detail);
    }

    /// <inheritdoc/>
    public void Refused(TftpRefusal refusal)
    {
        if (refusal.FileName is { } name && AskedFile.Read(name).Role != AskedFileRole.Loader) return;
        var machine = addresses.Find(refusal.Client.Address);

        // The boot ROM of a Raspberry Pi looks for a dozen files that need not be there.
        if (machine is { } mac && RaspberryPi.IsOne(mac)) return;
        if (!MayTell(machine)) return;
        Add(machine, refusal.Client.Address, MachineEventKind.LoaderFailed,
            $"asked by TFTP for {refusal.FileName ?? "an unreadable name"}, refused: {refusal.Text}", seen => seen with { File = refusal.FileName });
    }
}
