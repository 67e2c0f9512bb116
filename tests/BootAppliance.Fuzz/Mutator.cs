namespace BootAppliance.Fuzz;

/// <summary>Makes damaged inputs from good ones; the same number gives the same inputs.</summary>
public sealed class Mutator(int number, IReadOnlyList<byte[]> seeds)
{
    /// <summary>Values at which lengths, counts and numbers go wrong.</summary>
    private static readonly byte[] Edges = [0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF];

    private readonly Random random = new(number);

    /// <summary>A seed with up to eight damages; now and then the seed itself.</summary>
    public byte[] Next()
    {
        var input = seeds[random.Next(seeds.Count)].ToList();
        for (var damages = random.Next(9); damages > 0; damages--) Damage(input);
        return [.. input];
    }

    private void Damage(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        var length = random.Next(Math.Min(input.Count - at, 16) + 1);
        switch (random.Next(8))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = Edges[random.Next(Edges.Length)];
                break;
            case 2:
                input.Insert(at, (byte)random.Next(256));
                break;
            case 3:
                input.RemoveRange(at, length);
                break;
            case 4:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 5:
                input.RemoveRange(at, input.Count - at);
                break;
            case 6:
                var other = seeds[random.Next(seeds.Count)];
                var from = random.Next(other.Length + 1);
                input.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(64))]);
                break;
            case 7:
                input.InsertRange(at, Enumerable.Repeat(Edges[random.Next(Edges.Length)], random.Next(300)));
                break;
        }
    }
}
