namespace BootAppliance.Images;

/// <summary>Where the token comes from that Glance wants to see.</summary>
public interface IGlanceTokens
{
    /// <summary>A token; a <see cref="KeystoneException"/> says why there is none.</summary>
    /// <param name="refused">The one that Glance has just refused, as after an hour or so; null: none was.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    ValueTask<string> GetAsync(string? refused, CancellationToken cancellation);
}

/// <summary>A token that somebody else takes care of.</summary>
public sealed class FixedToken(string token) : IGlanceTokens
{
    /// <inheritdoc/>
    public ValueTask<string> GetAsync(string? refused, CancellationToken cancellation) => ValueTask.FromResult(token);
}
