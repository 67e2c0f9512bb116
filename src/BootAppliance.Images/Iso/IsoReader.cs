namespace BootAppliance.Images.Iso;

/// <summary>The bytes of an opened image. An image can name its own folders again and again, or notes on notes; what has so many of them is made to cost time.</summary>
internal sealed class IsoReader(FileWindow bytes)
{
    /// <summary>Twice what the look for one file takes among a million.</summary>
    private const int MostReads = 1 << 16;

    private int reads;

    /// <summary>Whether more was asked for than is read of one image.</summary>
    public bool IsExhausted => reads > MostReads;

    public bool Holds(long offset, long count) => bytes.Holds(offset, count);

    /// <summary>Fills the buffer, or reads nothing that may be relied upon.</summary>
    public bool TryRead(long offset, Span<byte> buffer) => reads++ < MostReads && bytes.TryRead(offset, buffer);
}
