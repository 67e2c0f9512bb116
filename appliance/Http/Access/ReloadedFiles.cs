namespace BootAppliance.Http.Access;

/// <summary>
/// What is made of one or more files, and made again when one of them changes. They are looked at when somebody asks for it, at most once a second;
/// while they cannot be used, what was made before stays in force.
/// </summary>
internal sealed class ReloadedFiles<T> where T : class, IAccessFile
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> paths;
    private readonly Func<T> read;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private T current;
    private Stamp?[] stamps;
    private AccessFileException? refused;
    private long looked;

    /// <summary>Reads for the first time; then an <see cref="AccessFileException"/> is the caller's.</summary>
    public ReloadedFiles(IReadOnlyList<string> paths, Func<T> read, TimeProvider time, ILogger logger)
    {
        (this.paths, this.read, this.time, this.logger) = (paths, read, time, logger);
        looked = time.GetTimestamp();
        stamps = Stamps();
        current = read();
        Warn();
    }

    public T Current
    {
        get
        {
            lock (gate)
            {
                if (time.GetElapsedTime(looked) < Pause) return current;
                looked = time.GetTimestamp();
                Look();
                return current;
            }
        }
    }

    private void Look()
    {
        // Before reading: what is written meanwhile is then seen at the next look.
        var now = Stamps();
        // A file that was refused is tried again each time: the right to read it, when that comes back, leaves no mark on it.
        if (refused is null && now.SequenceEqual(stamps)) return;
        stamps = now;
        try
        {
            current = read();
            refused = null;
            AccessLog.Reloaded(logger, string.Join(", ", paths), current.Summary);
            Warn();
        }
        catch (AccessFileException problem)
        {
            if (problem.Message != refused?.Message) AccessLog.NotReloaded(logger, problem.Key, problem.Message);
            refused = problem;
        }
    }

    private void Warn()
    {
        foreach (var (key, message) in current.Warnings) AccessLog.Doubtful(logger, key, message);
    }

    private Stamp?[] Stamps() => [.. paths.Select(Stamp.Of)];

    private readonly record struct Stamp(long Length, DateTime Written)
    {
        /// <summary>Of the file itself, where the path is a symbolic link: tools that renew certificates change what such a link leads to.</summary>
        public static Stamp? Of(string path)
        {
            try
            {
                using var file = File.OpenHandle(path);
                return new Stamp(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
