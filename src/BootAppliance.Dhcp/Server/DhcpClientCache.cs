using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// Remembers the facts of the clients heard last: a client sends the same ones in each of its packets, and reading them into text anew each
/// time would cost more than the rest of the answer.
/// </summary>
internal sealed class DhcpClientCache
{
    private const int LongestFacts = 512;

    private readonly Entry?[] entries = new Entry?[1 << 13];

    /// <summary>The facts of who sent a message.</summary>
    public DhcpClient Read(DhcpMessage message)
    {
        Span<byte> facts = stackalloc byte[LongestFacts];
        if (!TryCollect(message, ref facts)) return DhcpClient.From(message);
        var hash = new HashCode();
        hash.AddBytes(facts);
        ref var place = ref entries[(uint)hash.ToHashCode() % entries.Length];
        if (Volatile.Read(ref place) is { } known && facts.SequenceEqual(known.Facts)) return known.Client;
        var client = DhcpClient.From(message);
        Volatile.Write(ref place, new Entry(facts.ToArray(), client));
        return client;
    }

    // Everything that DhcpClient.From reads, byte for byte.
    private static bool TryCollect(DhcpMessage message, ref Span<byte> facts)
    {
        var address = message.ClientHardwareAddress;
        (facts[0], facts[1]) = (address.Type, address.Length);
        address.WriteTo(facts[2..]);
        var length = 2 + HardwareAddress.MaximumLength;
        foreach (var code in DhcpClient.Facts)
        {
            if (!message.Options.Contains(code)) continue;
            var value = message.Options.Get(code).Span;
            if (facts.Length - length < value.Length + 3) return false;
            facts[length] = (byte)code;
            facts[length + 1] = (byte)value.Length;
            facts[length + 2] = (byte)(value.Length >> 8);
            value.CopyTo(facts[(length + 3)..]);
            length += value.Length + 3;
        }

        facts = facts[..length];
        return true;
    }

    private sealed record Entry(byte[] Facts, DhcpClient Client);
}
