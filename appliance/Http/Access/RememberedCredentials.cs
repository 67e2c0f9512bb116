using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace BootAppliance.Http.Access;

/// <summary>
/// Credentials that were right a moment ago, so that a client with a hundred requests pays for one bcrypt. Held are keyed hashes, of use in this
/// process alone; they count for the users that they were checked against, so a changed file ends them.
/// </summary>
internal sealed class RememberedCredentials(TimeProvider time)
{
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);

    /// <summary>A user has one right password, so only who sends the same with more and more behind its 72nd byte, where bcrypt ends, comes here.</summary>
    private const int Maximum = 1024;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public bool Has(BasicCredentials credentials, Htpasswd users) =>
        entries.TryGetValue(Fingerprint(credentials), out var entry) && ReferenceEquals(entry.Users, users) && time.GetElapsedTime(entry.Since) < Duration;

    public void Add(BasicCredentials credentials, Htpasswd users)
    {
        if (entries.Count >= Maximum) entries.Clear();
        entries[Fingerprint(credentials)] = new Entry(users, time.GetTimestamp());
    }

    /// <summary>A user name holds no colon, so that no two pairs are written alike.</summary>
    private string Fingerprint(BasicCredentials credentials) =>
        Convert.ToHexString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{credentials.User}:{credentials.Password}")));

    private readonly record struct Entry(Htpasswd Users, long Since);
}
