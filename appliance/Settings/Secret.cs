namespace BootAppliance.Settings;

/// <summary>A text that must not reach a log, an error or a screen; only <see cref="Reveal"/> gives it out.</summary>
public readonly struct Secret(string text) : IEquatable<Secret>
{
    private readonly string? text = text;

    public bool IsEmpty => string.IsNullOrEmpty(text);

    public string Reveal() => text ?? "";

    public bool Equals(Secret other) => string.Equals(Reveal(), other.Reveal(), StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is Secret other && Equals(other);

    public override int GetHashCode() => Reveal().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => IsEmpty ? "" : "(secret)";

    public static bool operator ==(Secret left, Secret right) => left.Equals(right);

    public static bool operator !=(Secret left, Secret right) => !left.Equals(right);
}
