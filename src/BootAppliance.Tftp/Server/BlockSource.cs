namespace BootAppliance.Tftp.Server;

/// <summary>The bytes of a file as they are sent.</summary>
internal abstract class BlockSource
{
    /// <summary>Fills the destination from an offset in the sent bytes; fewer come only at the end. Offsets never go back before that of the last call.</summary>
    public abstract int Read(long offset, Span<byte> destination);
}

/// <summary>Mode octet: the bytes as they are.</summary>
internal sealed class OctetSource(TftpFile file) : BlockSource
{
    public override int Read(long offset, Span<byte> destination)
    {
        // A file that grows meanwhile ends where the OACK said, one that shrinks must not look complete.
        var wanted = (int)Math.Min(destination.Length, file.Length - offset);
        var read = file.Read(offset, destination[..wanted]);
        if (read < wanted) throw new IOException($"{file.Name} became shorter while it was read.");
        return read;
    }
}

/// <summary>Mode netascii: LF becomes CR LF, CR becomes CR NUL; a pair may be split between two blocks.</summary>
internal sealed class NetasciiSource(TftpFile file) : BlockSource
{
    private readonly byte[] chunk = new byte[4096];
    private Cursor start;
    private Cursor end;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset == end.Sent) start = end;

        // The client lost a part of the last window: convert again, up to where it wants to go on.
        else if (offset > start.Sent) start = Convert(start, destination[..(int)(offset - start.Sent)]);

        end = Convert(start, destination);
        return (int)(end.Sent - start.Sent);
    }

    private Cursor Convert(Cursor from, Span<byte> destination)
    {
        var (_, position, pending) = from;
        var written = 0;
        var available = 0;
        var used = 0;
        while (written < destination.Length)
        {
            if (pending is { } second)
            {
                destination[written++] = second;
                pending = null;
                continue;
            }

            if (used == available)
            {
                available = file.Read(position, chunk);
                used = 0;
                if (available == 0) break;
            }

            var value = chunk[used++];
            position++;
            destination[written++] = value is (byte)'\n' ? (byte)'\r' : value;
            pending = value switch { (byte)'\n' => (byte)'\n', (byte)'\r' => 0, _ => null };
        }

        return new Cursor(from.Sent + written, position, pending);
    }

    /// <summary>A place in the sent bytes, the place in the file that it comes from, and the second half of a pair that is due.</summary>
    private readonly record struct Cursor(long Sent, long InFile, byte? Pending);
}
