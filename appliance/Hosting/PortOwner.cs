using System.Globalization;

namespace BootAppliance.Hosting;

/// <summary>Finds the process that has a port, so that "address in use" can name it. As the kernel tells it: /proc/net and /proc/PID/fd.</summary>
internal static class PortOwner
{
    /// <summary>The program and process id that hold a port, as in <c>dnsmasq (process 812)</c>; null when nobody does or it may not be seen.</summary>
    /// <param name="protocol"><c>udp</c> or <c>tcp</c>.</param>
    /// <param name="port">The port.</param>
    public static string? Find(string protocol, int port)
    {
        var inodes = Inodes($"/proc/net/{protocol}", port).Concat(Inodes($"/proc/net/{protocol}6", port)).ToHashSet(StringComparer.Ordinal);
        if (inodes.Count == 0) return null;
        var links = inodes.Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => path.AsSpan(6).ContainsAnyExceptInRange('0', '9') is false))
        {
            if (Holds(process, links)) return $"{Name(process)} (process {process[6..]})";
        }

        return "a process that this user may not see (run as root to learn which)";
    }

    /// <summary>The socket inodes bound to a port; a line reads <c>sl local_address rem_address st … inode</c>, the port in hexadecimal.</summary>
    private static IEnumerable<string> Inodes(string table, int port)
    {
        if (!File.Exists(table)) yield break;
        var wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            const string Listening = "0A", Unconnected = "07";
            if (fields.Length > 9 && fields[1].EndsWith(wanted, StringComparison.Ordinal) && fields[3] is (Listening or Unconnected)) yield return fields[9];
        }
    }

    private static string Name(string process)
    {
        try
        {
            return File.ReadAllText(process + "/comm").Trim();
        }
        catch (IOException)
        {
            return "a process that has just ended";
        }
    }

    private static bool Holds(string process, HashSet<string> links)
    {
        try
        {
            return Directory.EnumerateFiles(process + "/fd").Any(fd => new FileInfo(fd).LinkTarget is { } target && links.Contains(target));
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
