namespace BootAppliance.Tftp.Wire;

/// <summary>Blocks are counted in 64 bits, but have 16 in a packet; RFC 1350 does not say what follows 65535.</summary>
/// <param name="rollOver">0, as nearly every client has it, or 1.</param>
internal readonly struct BlockNumbers(int rollOver)
{
    /// <summary>The number of a block in a packet; block 0 is what comes before the first.</summary>
    public ushort OnWire(long block) => rollOver == 0 || block == 0 ? (ushort)block : (ushort)(((block - 1) % ushort.MaxValue) + 1);

    /// <summary>How many blocks after one that is acknowledged already the block of this number comes.</summary>
    public int Distance(long acknowledged, ushort number)
    {
        var numbers = ushort.MaxValue + 1 - rollOver;
        return (number - OnWire(acknowledged) + numbers) % numbers;
    }
}
