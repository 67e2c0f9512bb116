namespace BootAppliance.Dhcp.Wire;

/// <summary>What a client calls itself, option 61 (RFC 2132 section 9.14): bytes without a meaning, equal when each of them is.</summary>
public sealed class ClientIdentifier : IEquatable<ClientIdentifier>
{
    /// <summary>The shortest one, in bytes.</summary>
    public const int MinimumLength = 2;

    private readonly byte[] value;
    private readonly int hash;

    /// <summary>Takes a copy of the option's value.</summary>
    public ClientIdentifier(ReadOnlySpan<byte> value)
    {
        this.value = value.ToArray();
        var code = default(HashCode);
        code.AddBytes(value);
        hash = code.ToHashCode();
    }

    /// <summary>The value of the option.</summary>
    public ReadOnlySpan<byte> Value => value;

    /// <inheritdoc/>
    public bool Equals(ClientIdentifier? other) => other is not null && hash == other.hash && Value.SequenceEqual(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClientIdentifier);

    /// <inheritdoc/>
    public override int GetHashCode() => hash;

    /// <summary>Lower-case hexadecimal with colons, as in <c>01:52:54:00:12:34:56</c>.</summary>
    public override string ToString() => string.Join(':', value.Select(b => b.ToString("x2")));
}
