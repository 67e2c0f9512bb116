namespace BootAppliance.Lab.Network;

/// <summary>Decides about each frame of one direction: lost (5 %), sent after the next one (2 %), sent twice (2 %), or just sent.</summary>
/// <param name="random">Decides.</param>
/// <param name="send">Sends a frame.</param>
internal sealed class FrameFate(Random random, FrameFate.Send send)
{
    private const double Loss = 0.05;
    private const double Delay = 0.02;
    private const double Duplication = 0.02;

    private byte[]? held;

    public delegate void Send(ReadOnlySpan<byte> frame);

    public WireCounts Counts { get; private set; }

    public bool HoldsFrame => held is not null;

    public void Pass(ReadOnlySpan<byte> frame)
    {
        var fate = random.NextDouble();
        var lost = fate < Loss;
        var late = !lost && fate < Loss + Delay && held is null;
        var twice = !lost && !late && fate >= 1 - Duplication;
        Counts += new WireCounts(1, lost ? 1 : 0, late ? 1 : 0, twice ? 1 : 0);
        if (lost) return;
        if (late)
        {
            held = frame.ToArray();
            return;
        }
        send(frame);
        if (twice) send(frame);
        Release();
    }

    /// <summary>Sends the late frame, if there is one.</summary>
    public void Release()
    {
        if (held is null) return;
        send(held);
        held = null;
    }
}
