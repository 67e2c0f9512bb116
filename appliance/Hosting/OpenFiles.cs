using System.Runtime.InteropServices;

namespace BootAppliance.Hosting;

/// <summary>
/// Shares the descriptors that the process may have among those who need many: .NET ends a process that finds none where it needs one
/// itself, so that there must always be some left.
/// </summary>
/// <param name="Limit">How many there are, all together.</param>
internal sealed partial record OpenFiles(int Limit)
{
    /// <summary>What a start needs.</summary>
    private const int Least = 1024;

    /// <summary>The runtime, the database, the ports, what sources of images send, the operator's Unix socket: an idle appliance has less than half of them.</summary>
    private const int Own = 512;

    private const int PerApiConnection = 2; // its socket, and a file that comes or goes
    private const int PerDownload = 3; // its socket, that once more for who fills it, and the file

    private const int FewMachines = 1000;
    private const int OpenFilesLimit = 7; // RLIMIT_NOFILE

    /// <summary>Connections to the API over TCP; the Unix socket is not counted, so the operator gets through when others have used them up.</summary>
    public int ApiConnections => Math.Min(1000, Limit / 20);

    /// <summary>Files that TFTP may have open on the disk.</summary>
    public int TftpFiles => Math.Min(16_384, ForMachines / 16);

    /// <summary>HTTP connections of machines: at most those of ten thousand that are switched on at once, with two each.</summary>
    public int MachineConnections => Math.Min(20_000, (ForMachines - TftpFiles) / PerDownload);

    /// <summary>What an operator should know who has many machines.</summary>
    public string Summary => FormattableString.Invariant($"{Limit} may be open (ulimit -Hn): enough for {MachineConnections} HTTP connections of machines at a time");

    /// <summary>Whether a rack of machines can use them up.</summary>
    public bool AreFew => MachineConnections < FewMachines;

    private int ForMachines => Limit - Own - (ApiConnections * PerApiConnection);

    /// <summary>Those of this process; the runtime has raised the soft limit to the hard one by now.</summary>
    public static OpenFiles OfThisProcess() =>
        GetLimit(OpenFilesLimit, out var limits) == 0 ? new((int)Math.Min(limits.Soft, int.MaxValue)) : throw new StartupException($"the limit of open files cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");

    /// <summary>Why the appliance cannot run with so few; null if it can.</summary>
    public string? FindProblem() => Limit >= Least ? null
        : FormattableString.Invariant($"this process may have {Limit} files open, and needs {Least}: raise it with 'ulimit -Hn', with LimitNOFILE= in the unit of systemd, or with --ulimit nofile= of the container.");

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limits limits);

    private readonly record struct Limits(nuint Soft, nuint Hard);
}
