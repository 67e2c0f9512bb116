namespace BootAppliance.Http.Access;

/// <summary>A text file that may hold secrets, and who besides its owner and group can see it.</summary>
internal sealed class AccessText
{
    /// <summary>Far more than any list of users or chain of certificates; whoever names a disk image by mistake is told so.</summary>
    private const long LargestSize = 1 << 20;

    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly string path;
    private readonly UnixFileMode mode;

    private AccessText(string path, string text, UnixFileMode mode) => (this.path, Text, this.mode) = (path, text, mode);

    public string Text { get; }

    public static AccessText Read(string key, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LargestSize) throw new AccessFileException(key, $"{path} is larger than {LargestSize} bytes, so it is something else");
            using var reader = new StreamReader(file);
            return new AccessText(path, reader.ReadToEnd(), File.GetUnixFileMode(file.SafeFileHandle));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AccessFileException(key, $"{path} cannot be read: {failure.Message}");
        }
    }

    /// <summary>A secret that every user of this machine can read is worth a word.</summary>
    public IEnumerable<AccessWarning> WarnOfOthers(string key)
    {
        if ((mode & Others) != UnixFileMode.None) yield return new(key, $"{path} is open to every user of this machine: chmod o= {path}");
    }
}
