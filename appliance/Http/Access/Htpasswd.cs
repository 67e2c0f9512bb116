using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace BootAppliance.Http.Access;

/// <summary>The users of an htpasswd file that have a bcrypt hash; the hashes are given out to nobody but the check of a password.</summary>
internal sealed partial class Htpasswd : IAccessFile
{
    public const string Key = "Api:HtpasswdFile";

    /// <summary>What the program htpasswd offers. A hash may ask for up to 2^31 rounds, which is days of work for one try.</summary>
    private const int SmallestCost = 4, LargestCost = 17;

    private const string HashAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);
    private readonly List<AccessWarning> warnings = [];
    private readonly string nobody;

    private Htpasswd(string path, string text)
    {
        var costs = SmallestCost;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            if (line.AsSpan().TrimEnd() is not { IsEmpty: false } content || content[0] == '#') continue;
            if (FindProblem(content.ToString(), out var cost) is { } problem) warnings.Add(new(Key, $"{path}, line {index + 1}{problem}"));
            costs = Math.Max(costs, cost);
        }

        // Made of chance, not of a password: nothing anybody could type has this hash.
        nobody = $"$2b${costs:00}${RandomNumberGenerator.GetString(HashAlphabet, 53)}";
    }

    public string Summary => hashes.Count == 1 ? "1 user" : $"{hashes.Count} users";

    public IReadOnlyList<AccessWarning> Warnings => warnings;

    /// <summary>Reads a file; one without a single user of use is refused, as nobody could come in.</summary>
    public static Htpasswd Read(string path)
    {
        var file = AccessText.Read(Key, path);
        var users = new Htpasswd(path, file.Text);
        if (users.hashes.Count == 0)
            throw new AccessFileException(Key, $"{path} has no user with a bcrypt hash{string.Concat(users.warnings.Take(1).Select(first => $" ({first.Message})"))}; add one with: htpasswd -B -C 10 {path} USER");
        users.warnings.AddRange(file.WarnOfOthers(Key));
        return users;
    }

    /// <summary>The user's hash; for a name that is not there one that costs as much to check and that no password has.</summary>
    public string HashOf(string user) => hashes.GetValueOrDefault(user, nobody);

    /// <summary>Takes a line <c>USER:HASH</c> in, or says why not, by the user's name and never by what stands behind the colon.</summary>
    private string? FindProblem(string line, out int cost)
    {
        cost = 0;
        if (line.Split(':') is not [{ Length: > 0 } user, var hash, ..]) return ": is not USER:HASH";
        if (Bcrypt().Match(hash) is not { Success: true } parts) return $" (user {user}): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10";
        var asked = int.Parse(parts.Groups["cost"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        if (asked is < SmallestCost or > LargestCost) return $" (user {user}): has the cost {asked}, which is not between {SmallestCost} and {LargestCost}";
        // The first line counts, as with Apache and with Ironic.
        if (!hashes.TryAdd(user, hash)) return $" (user {user}): has a line already, which counts";
        cost = asked;
        return null;
    }

    [GeneratedRegex(@"^\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bcrypt();
}
