using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Lab.Network;

/// <summary>A bad cable between a bridge and a machine: it loses frames, brings some late and some twice, in both directions.</summary>
/// <remarks>The kernel's own emulation of such links (netem) is not in every kernel, so the frames pass through this program.</remarks>
public sealed partial class LossyWire : IAsyncDisposable
{
    private const int LargestFrame = 65_535;
    private const int LongestQueue = 512;
    private const int LongestDelay = 20; // ms; for a late frame that no other follows, and for a machine that does not take one
    private const int TimeBetweenLooks = 100; // ms
    private const short Readable = 1; // POLLIN

    private readonly FileStream bridgeSide;
    private readonly Socket machineSide;
    private readonly UnixDomainSocketEndPoint machine;
    private readonly FrameFate toMachine;
    private readonly FrameFate toBridge;
    private readonly Thread pump;
    private volatile bool stopped;

    private LossyWire(NetworkNamespace home, SafeFileHandle tap, string name, int seed)
    {
        bridgeSide = new FileStream(tap, FileAccess.ReadWrite, bufferSize: 0);
        var machinePath = Path.Combine(home.Folder, name + ".machine");
        var wirePath = Path.Combine(home.Folder, name + ".wire");
        machine = new UnixDomainSocketEndPoint(machinePath);
        machineSide = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = LongestDelay };
        machineSide.Bind(new UnixDomainSocketEndPoint(wirePath));
        Socket = new(home, $"dgram,local.type=unix,local.path={machinePath},remote.type=unix,remote.path={wirePath}");
        toMachine = new FrameFate(new Random(seed), SendToMachine);
        toBridge = new FrameFate(new Random(seed + 1), SendToBridge);
        pump = new Thread(Pump) { IsBackground = true, Name = $"wire {name}" };
        pump.Start();
    }

    /// <summary>Where the machine is plugged in.</summary>
    public MachineSocket Socket { get; }

    /// <summary>What has happened so far.</summary>
    public WireCounts Counts => toMachine.Counts + toBridge.Counts;

    /// <summary>Lays a wire.</summary>
    /// <param name="home">The namespace of the bridge.</param>
    /// <param name="bridge">Where its other end is.</param>
    /// <param name="seed">The same frames in the same order meet the same fate with the same seed.</param>
    public static async Task<LossyWire> Lay(NetworkNamespace home, Bridge bridge, int seed)
    {
        var name = await bridge.AddTap();
        // The queue of a Unix socket is ten datagrams long in a new namespace: shorter than any network card's.
        await home.Run("sh", "-c", $"echo {LongestQueue} > /proc/sys/net/unix/max_dgram_qlen");
        return new LossyWire(home, await home.RunInside(() => TapDevice.Open(name)), name, seed);
    }

    public ValueTask DisposeAsync()
    {
        stopped = true;
        pump.Join();
        bridgeSide.Dispose();
        machineSide.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Pump()
    {
        var frame = new byte[LargestFrame];
        Span<Watched> sides = [new(bridgeSide.SafeFileHandle.DangerousGetHandle()), new(machineSide.Handle)];
        while (!stopped)
        {
            var holding = toMachine.HoldsFrame || toBridge.HoldsFrame;
            if (Poll(ref sides[0], (nuint)sides.Length, holding ? LongestDelay : TimeBetweenLooks) == 0)
            {
                toMachine.Release();
                toBridge.Release();
            }

            // An end that has only an error left to tell was taken away.
            if (sides[0].Happened is not (0 or Readable) || sides[1].Happened is not (0 or Readable)) return;
            if (sides[0].Happened == Readable) toMachine.Pass(frame.AsSpan(0, bridgeSide.Read(frame)));
            if (sides[1].Happened == Readable) toBridge.Pass(frame.AsSpan(0, machineSide.Receive(frame)));
        }
    }

    private void SendToMachine(ReadOnlySpan<byte> frame)
    {
        try
        {
            machineSide.SendTo(frame, machine);
        }
        catch (SocketException)
        {
            // It is switched off, or does not look at its network card now: on a real cable the frame would be lost too.
        }
    }

    private void SendToBridge(ReadOnlySpan<byte> frame)
    {
        try
        {
            bridgeSide.Write(frame);
        }
        catch (IOException)
        {
            // The bridge is being taken away under it: lost, like any other frame.
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Watched first, nuint count, int milliseconds);

    /// <summary>struct pollfd</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Watched(nint file)
    {
        private readonly int file = (int)file;
        private readonly short wanted = Readable;

        public short Happened;
    }
}
