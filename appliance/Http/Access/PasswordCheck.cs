using System.Net;

namespace BootAppliance.Http.Access;

/// <summary>What became of credentials.</summary>
/// <param name="IsGranted">They are right.</param>
/// <param name="Wait">They were not even looked at, and will not be for so long.</param>
internal readonly record struct AccessVerdict(bool IsGranted, TimeSpan Wait = default);

/// <summary>Says whether a password is right, at the same cost for a user that does not exist, and never with more than its share of the processors.</summary>
/// <param name="users">The users.</param>
/// <param name="verify">Whether a password has a bcrypt hash; the work that takes time.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where a wait is told of.</param>
internal sealed class PasswordCheck(ReloadedFiles<Htpasswd> users, Func<string, string, bool> verify, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly FailureThrottle throttle = new(time);
    private readonly RememberedCredentials remembered = new(time);

    // Machines must go on booting while somebody guesses passwords.
    private readonly SemaphoreSlim slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    public async ValueTask<AccessVerdict> JudgeAsync(IPAddress from, BasicCredentials credentials, CancellationToken cancellation)
    {
        if (Known(from, credentials) is { } known) return known;
        await slots.WaitAsync(cancellation);
        try
        {
            // While it stood in the queue, others of its kind were judged.
            return Known(from, credentials) ?? await VerifyAsync(from, credentials);
        }
        finally
        {
            slots.Release();
        }
    }

    public void Dispose() => slots.Dispose();

    /// <summary>
    /// The wait comes first, also for credentials that are remembered: otherwise an address that has to wait could try them out against the memory,
    /// thousands in a second.
    /// </summary>
    private AccessVerdict? Known(IPAddress from, BasicCredentials credentials)
    {
        if (throttle.WaitOf(from) is var wait && wait > TimeSpan.Zero) return new AccessVerdict(IsGranted: false, wait);
        return remembered.Has(credentials, users.Current) ? new AccessVerdict(IsGranted: true) : null;
    }

    /// <summary>Not to be cancelled: a client that hangs up must not get its try for nothing.</summary>
    private async Task<AccessVerdict> VerifyAsync(IPAddress from, BasicCredentials credentials)
    {
        var against = users.Current;
        if (await Task.Run(() => verify(credentials.Password, against.HashOf(credentials.User)), CancellationToken.None))
        {
            remembered.Add(credentials, against);
            return new AccessVerdict(IsGranted: true);
        }

        var wait = throttle.Failed(from);
        if (wait > TimeSpan.Zero) AccessLog.MustWait(logger, from, wait.TotalSeconds);
        else AccessLog.WrongPassword(logger, from);
        return new AccessVerdict(IsGranted: false);
    }
}
