using BootAppliance.Hosting;

namespace BootAppliance.Http.Access;

/// <summary>Something to look at about a setting, which does not keep the appliance from running.</summary>
internal readonly record struct AccessWarning(string Key, string Message);

/// <summary>What was read from the files that say who may come in.</summary>
internal interface IAccessFile
{
    /// <summary>What it is, in a few words and without anything secret.</summary>
    string Summary { get; }

    IReadOnlyList<AccessWarning> Warnings { get; }
}

/// <summary>Why such a file cannot be used; the message says nothing secret and what to do.</summary>
internal sealed class AccessFileException(string key, string message) : Exception(message)
{
    /// <summary>The setting that names the file.</summary>
    public string Key { get; } = key;

    public StartupException AtStart() => new($"{Key}: {Message}", this);
}

internal static class AccessFile
{
    /// <summary>Far more than any list of users or chain of certificates; whoever names a disk image by mistake is told so.</summary>
    private const long LargestSize = 1 << 20;

    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static string ReadText(string key, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LargestSize) throw new AccessFileException(key, $"{path} is larger than {LargestSize} bytes, so it is something else");
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AccessFileException(key, $"{path} cannot be read: {failure.Message}");
        }
    }

    /// <summary>A secret that every user of this machine can read is worth a word.</summary>
    public static IEnumerable<AccessWarning> WarnOfOthers(string key, string path)
    {
        if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None) yield return new(key, $"{path} is open to every user of this machine: chmod o= {path}");
    }
}
