using System.Net.Sockets;

namespace BootAppliance.Tftp.Server;

/// <summary>
/// The loops that transfers are spread over: a few for all of them instead of a socket for each, for what comes and goes at the same time
/// shares its system calls. A client that starts again while its earlier transfer is under way still gets another port of ours, so that
/// packets of the one cannot be taken for packets of the other (RFC 1350 section 4).
/// </summary>
internal sealed class TransferLoops(DataPorts ports, Func<Socket, TransferLoop> create) : IDisposable
{
    /// <summary>The other half of the processors is needed for what the kernel does for them; more than four would only sleep.</summary>
    private static readonly int Usual = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    private readonly Lock gate = new();
    private readonly List<TransferLoop> loops = [];
    private int next;

    /// <summary>The loop for another transfer, or null when no port is to be had.</summary>
    /// <param name="former">Where the client's transfer was whose place this one takes, if it does.</param>
    public TransferLoop? Next(TransferLoop? former)
    {
        lock (gate)
        {
            if (loops.Count == 0)
            {
                while (loops.Count < Usual && TryAdd()) { }
                if (loops.Count == 0) return null;
            }

            next = (next + 1) % Math.Min(Usual, loops.Count);
            return loops[next] == former ? Other(former) : loops[next];
        }
    }

    public void Dispose()
    {
        foreach (var loop in loops) loop.Dispose();
    }

    /// <summary>Where there is no other port at all, the client has to do with the same one, as in single-port mode.</summary>
    private TransferLoop Other(TransferLoop former) =>
        loops.Find(loop => loop != former) ?? (TryAdd() ? loops[^1] : former);

    private bool TryAdd()
    {
        if (ports.Open() is not { } socket) return false;
        var loop = create(socket);
        loop.Start();
        loops.Add(loop);
        return true;
    }
}
