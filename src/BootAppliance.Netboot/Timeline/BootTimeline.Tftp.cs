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
        var isComplete = report.Outcome == TransferOutcome.Completed;
        if (isComplete && Fetched(report.Client.Address, report.FileName)) return;
        Sent(report.Client.Address, report.FileName, report.BytesAcknowledged, report.Duration, isComplete ? MachineEventKind.LoaderSent : MachineEventKind.LoaderFailed, report.Detail);
    }

    /// <inheritdoc/>
    public void Refused(TftpRefusal refusal)
    {
        if (refusal.FileName is { } name && AskedFile.Read(name).Role != AskedFileRole.Loader) return;
        var machine = addresses.Find(refusal.Client.Address);

        // The boot ROM of a Raspberry Pi looks for a dozen files that need not be there.
        if (machine is { } mac && RaspberryPi.IsOne(mac)) return;
        Add(machine, refusal.Client.Address, MachineEventKind.LoaderFailed,
            $"asked by TFTP for {refusal.FileName ?? "an unreadable name"}, refused: {refusal.Text}", seen => seen with { File = refusal.FileName });
    }
}
