namespace BootAppliance.Lab.Network;

/// <summary>What happened to the frames on a wire, both directions together.</summary>
public readonly record struct WireCounts(int Frames, int Lost, int Late, int Twice)
{
    public static WireCounts operator +(WireCounts one, WireCounts other) =>
        new(one.Frames + other.Frames, one.Lost + other.Lost, one.Late + other.Late, one.Twice + other.Twice);

    public override string ToString() => $"{Frames} frames, {Lost} lost, {Late} late, {Twice} twice";
}
