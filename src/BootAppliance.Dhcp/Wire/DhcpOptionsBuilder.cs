using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace BootAppliance.Dhcp.Wire;

/// <summary>
/// Collects the options of a message in the order in which they are written; nothing is added for a value that is absent.
/// </summary>
public sealed class DhcpOptionsBuilder
{
    private readonly List<DhcpOption> options = new(20);

    /// <summary>Adds bytes as they are.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, ReadOnlyMemory<byte> value)
    {
        options.Add(new DhcpOption(code, value));
        return this;
    }

    /// <summary>Adds text without a terminator.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, string? text) =>
        string.IsNullOrEmpty(text) ? this : Add(code, Encoding.Latin1.GetBytes(text));

    /// <summary>Adds one address.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, IPAddress? address) => address is null ? this : Add(code, address.GetAddressBytes());

    /// <summary>Adds a list of addresses.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, IReadOnlyList<IPAddress> addresses) =>
        addresses.Count == 0 ? this : Add(code, addresses.SelectMany(a => a.GetAddressBytes()).ToArray());

    /// <summary>Adds a duration in whole seconds.</summary>
    public DhcpOptionsBuilder Add(DhcpOptionCode code, TimeSpan duration)
    {
        var value = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, (uint)Math.Clamp(duration.TotalSeconds, 0, uint.MaxValue));
        return Add(code, value);
    }

    /// <summary>Adds an option as the other side sent it, if it did.</summary>
    public DhcpOptionsBuilder Echo(DhcpOptionCode code, DhcpMessage request) =>
        request.Options.Contains(code) ? Add(code, request.Options.Get(code)) : this;

    /// <summary>The options collected so far.</summary>
    public DhcpOptions Build() => new([.. options]);
}
