using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace BootAppliance.Dhcp.Wire;

/// <summary>
/// Collects the options of a message in the order in which they are written; nothing is added for a value that is absent.
/// </summary>
public sealed class DhcpOptionsBuilder
{
    private readonly DhcpOptions options;

    /// <summary>Begins with no options.</summary>
    public DhcpOptionsBuilder() => options = new DhcpOptions();

    /// <summary>Adds bytes as they are.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, ReadOnlySpan<byte> value)
    {
        value.CopyTo(options.Add(code, value.Length));
        return this;
    }

    /// <summary>Adds text without a terminator.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, string? text)
    {
        if (!string.IsNullOrEmpty(text)) Encoding.Latin1.GetBytes(text, options.Add(code, text.Length));
        return this;
    }

    /// <summary>Adds text with the NUL that old ROMs read up to.</summary>
    internal DhcpOptionsBuilder AddTerminated(DhcpOptionCode code, string text)
    {
        var value = options.Add(code, text.Length + 1);
        Encoding.Latin1.GetBytes(text, value);
        value[^1] = 0;
        return this;
    }

    /// <summary>Adds one address.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, IPAddress? address)
    {
        if (address is not null) BinaryPrimitives.WriteUInt32BigEndian(options.Add(code, sizeof(uint)), address.ToNumber());
        return this;
    }

    /// <summary>Adds a list of addresses.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count == 0) return this;
        var value = options.Add(code, addresses.Count * sizeof(uint));
        for (var i = 0; i < addresses.Count; i++) BinaryPrimitives.WriteUInt32BigEndian(value[(i * sizeof(uint))..], addresses[i].ToNumber());
        return this;
    }

    /// <summary>Adds a duration in whole seconds.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, TimeSpan duration)
    {
        BinaryPrimitives.WriteUInt32BigEndian(options.Add(code, sizeof(uint)), (uint)Math.Clamp(duration.TotalSeconds, 0, uint.MaxValue));
        return this;
    }

    /// <summary>Adds an option as the other side sent it, if it did.</summary>
    public DhcpOptionsBuilder Echo(DhcpOptionCode code, DhcpMessage request) =>
        request.Options.Contains(code) ? Add(code, request.Options.Get(code).Span) : this;

    /// <summary>Begins anew in the same memory; what was built before is gone.</summary>
    internal DhcpOptionsBuilder Clear()
    {
        options.Clear();
        return this;
    }

    /// <summary>The options collected so far.</summary>
    public DhcpOptions Build() => options;
}
