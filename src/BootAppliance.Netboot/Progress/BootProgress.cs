using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Plans;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Progress;

/// <summary>How far a machine came in its newest boot, and, when it stopped half-way, what is missing.</summary>
/// <param name="Step">The last step it took.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Steps">The events that show a step of this boot, oldest first.</param>
/// <param name="Diagnosis">What comes next, and what usually keeps it from coming; null when there is nothing to wait for.</param>
/// <param name="IsStuck">Whether it should have come by now.</param>
public sealed record BootProgress(BootStep Step, string Summary, IReadOnlyList<MachineEvent> Steps, BootDiagnosis? Diagnosis, bool IsStuck)
{
    /// <summary>The longest that a machine takes from one step to the next before it counts as stuck.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The longest that the agent's ramdisk takes from its kernel to its first word: it is a whole system, and unpacks itself first.</summary>
    public static readonly TimeSpan AgentPatience = TimeSpan.FromMinutes(5);

    /// <summary>Reads the timeline of one machine.</summary>
    /// <param name="timeline">Its events, oldest first.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="imagesToLoad">How many files its script makes it load from here.</param>
    /// <param name="agentFor">What its node waits for an agent for; null: it does not.</param>
    public static BootProgress Read(IEnumerable<MachineEvent> timeline, DateTimeOffset now, int imagesToLoad = 0, BootPurpose? agentFor = null)
    {
        List<MachineEvent> boot = [];
        MachineEvent? trouble = null;
        var reached = BootStep.Nothing;
        var idleLoads = 0;
        string? loader = null;
        string? loaded = null;
        var isPiRom = false;
        foreach (var seen in timeline)
        {
            if (BootSteps.Of(seen) is not { } step)
            {
                if (IsTrouble(seen.Kind)) trouble = seen;
                continue;
            }

            if (BeginsAnew(step, reached))
            {
                boot.Clear();
                reached = BootStep.Nothing;
            }

            // Of a file that is under way the newest word is enough.
            if (step == BootStep.Images) boot.RemoveAll(earlier => earlier.Kind == MachineEventKind.ImageProgress && earlier.File == seen.File);
            boot.Add(seen);
            trouble = null;
            if (step == BootStep.Loader)
            {
                if (IsNewTry(seen, loaded))
                {
                    // A loader that loads files of its own, as PXELINUX does, runs; the other of two like ones is only tried.
                    idleLoads = seen.File == loader || LoaderTable.OtherOf(seen.File) == loader ? idleLoads + 1 : 1;
                    loader = seen.File;
                }

                loaded = seen.File;
                isPiRom = IsOfPiRom(seen);
            }
            else if (step is > BootStep.Loader and not BootStep.System) idleLoads = 0;
            if (step > reached) reached = step;
        }

        var last = trouble ?? boot.LastOrDefault();
        var imagesMissing = imagesToLoad - boot.Where(seen => seen.Kind is MachineEventKind.ImageSent or MachineEventKind.ImageProgress).Select(seen => seen.File).Distinct().Count();
        var diagnosis = BootDiagnosis.After(reached, imagesMissing, idleLoads, isPiRom, agentFor);
        if (last is null) return new(reached, "nothing was seen of this machine", boot, diagnosis, IsStuck: false);
        var summary = Summarize(last, trouble is not null, now);
        return trouble is null
            ? new(reached, summary, boot, diagnosis, IsStuck: diagnosis is not null && now - last.Time > (agentFor is not null && reached >= BootStep.Images ? AgentPatience : Patience) && last.Kind != MachineEventKind.ImageProgress)
            : new(reached, summary, boot, Blame(diagnosis, trouble), IsStuck: true);
    }

    /// <summary>
    /// A boot begins when the firmware asks for an address, or iPXE in the card's ROM does. Both repeat themselves, and the catch-all
    /// script makes iPXE ask again, so only a request that comes after a later step begins a new boot. With <c>Dhcp:Mode</c> Off neither is
    /// seen, and a boot begins with its first file.
    /// </summary>
    private static bool BeginsAnew(BootStep step, BootStep reached) => step switch
    {
        BootStep.FirmwareOffer => reached > BootStep.FirmwareAddress,
        BootStep.IpxeOffer => reached >= BootStep.Script,
        BootStep.Loader or BootStep.CatchAll => reached >= BootStep.Images,
        _ => false,
    };

    private static bool IsNewTry(MachineEvent loading, string? loaded) => !LoaderChain.Continues(loaded, loading.File) && !IsOfPiRom(loading);

    /// <summary>A Raspberry Pi with UEFI firmware loads what other machines load, and its MAC address is the same.</summary>
    private static bool IsOfPiRom(MachineEvent loading) =>
        loading.Mac is { } mac && RaspberryPi.IsOne(mac) && loading.File?.EndsWith(".efi", StringComparison.OrdinalIgnoreCase) != true;

    /// <summary>Whether an event shows that something went wrong.</summary>
    public static bool IsTrouble(MachineEventKind kind) =>
        kind is MachineEventKind.BootLoop or MachineEventKind.DhcpNak or MachineEventKind.DhcpProblem or MachineEventKind.LoaderFailed
            or MachineEventKind.ScriptRefused or MachineEventKind.ImageStalled or MachineEventKind.ImageAborted or MachineEventKind.ImageRefused or MachineEventKind.ImageUnavailable or MachineEventKind.UnknownMachine or MachineEventKind.AgentRefused;

    private static BootDiagnosis Blame(BootDiagnosis? diagnosis, MachineEvent trouble) =>
        new(diagnosis?.Missing ?? "the rest of the boot", [trouble.Text, .. diagnosis?.UsualCauses ?? []]);

    private static string Summarize(MachineEvent last, bool trouble, DateTimeOffset now) =>
        $"{(trouble ? "trouble" : "last seen")} {Ago(now - last.Time)} ago: {last.Text}";

    private static string Ago(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => $"{span.TotalSeconds:0} seconds",
        { TotalMinutes: < 90 } => $"{span.TotalMinutes:0} minutes",
        { TotalHours: < 36 } => $"{span.TotalHours:0} hours",
        _ => $"{span.TotalDays:0} days",
    };
}
