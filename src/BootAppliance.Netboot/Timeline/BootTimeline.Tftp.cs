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
        Sent(report.Client.Address, report.FileName, report.BytesAcknowledged, report.Duration,
            report.Outcome == TransferOutcome.Completed ? MachineEventKind.LoaderSent : MachineEventKind.LoaderFailed, report.Detail);
    }

    /// <inheritdoc/>
    public void Refused(TftpRefusal refusal)
    {
        // iPXE looks for an autoexec.ipxe beside itself and goes on without one.
        if (refusal.FileName?.EndsWith("autoexec.ipxe", StringComparison.OrdinalIgnoreCase) == true) return;
        Add(addresses.Find(refusal.Client.Address), refusal.Client.Address, MachineEventKind.LoaderFailed,
            $"asked by TFTP for {refusal.FileName ?? "an unreadable name"}, refused: {refusal.Text}", seen => seen with { File = refusal.FileName });
    }
}
