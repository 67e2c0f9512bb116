using System.Globalization;
using System.Runtime.InteropServices;
using BootAppliance.Lab.Processes;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Lab.Network;

/// <summary>A network of its own inside this machine: nothing in it reaches, or is reached from, a real interface.</summary>
/// <remarks>Removing it ends every process in it, so nothing that was started there can be left behind.</remarks>
public sealed partial class NetworkNamespace : IAsyncDisposable
{
    private const string Prefix = "bootappliance-";
    private const string Handles = "/run/netns";
    private const int NewNetworkNamespace = 0x4000_0000;

    private static int count;

    private NetworkNamespace(string name)
    {
        Name = name;
        Folder = FolderOf(name);
    }

    /// <summary><c>bootappliance-&lt;process id&gt;-&lt;number&gt;</c>.</summary>
    public string Name { get; }

    /// <summary>A folder for what belongs to it: it is removed with the namespace.</summary>
    public string Folder { get; }

    /// <summary>Why this machine cannot make one, or null.</summary>
    public static string? FindObstacle() =>
        Environment.IsPrivilegedProcess ? MissingPackage.Find("ip", "iproute2") : "needs root, to make a network namespace";

    /// <summary>Makes one, after removing what killed runs have left.</summary>
    public static async Task<NetworkNamespace> Create()
    {
        if (FindObstacle() is { } obstacle) throw new LabException($"The lab {obstacle}.");
        await RemoveLeftovers();
        var created = new NetworkNamespace($"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref count)}");
        await ChildProcess.Run(["ip", "netns", "add", created.Name]);
        Directory.CreateDirectory(created.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await created.Run("ip", "link", "set", "lo", "up");
        return created;
    }

    /// <summary>Runs a program inside to its end and returns its output.</summary>
    public Task<string> Run(params IReadOnlyList<string> command) => ChildProcess.Run([.. Entry, .. command]);

    /// <summary>Starts a program inside, in a session of its own: Ctrl-C is for the lab, which ends its programs in the right order.</summary>
    public ChildProcess Start(IReadOnlyList<string> command, string name, bool inheritOutput = false) =>
        ChildProcess.Start(["setsid", .. Entry, .. command], name, inheritOutput);

    /// <summary>Runs code inside, on a thread of its own. Sockets that it opens stay inside wherever they are used later.</summary>
    public Task<T> RunInside<T>(Func<T> action)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle(Path.Combine(Handles, Name));
                if (SetNamespace(handle, NewNetworkNamespace) != 0)
                    throw new LabException($"setns({Name}): {Marshal.GetLastPInvokeErrorMessage()}");
                result.SetResult(action());
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        })
        { IsBackground = true, Name = Name };
        thread.Start();
        return result.Task;
    }

    public async ValueTask DisposeAsync() => await Remove(Name);

    private string[] Entry => ["ip", "netns", "exec", Name];

    // Below a folder that only root can write to: the names can be guessed.
    private static string FolderOf(string name) => Path.Combine("/run", name);

    private static async Task RemoveLeftovers()
    {
        if (!Directory.Exists(Handles)) return;
        foreach (var name in Directory.EnumerateFiles(Handles, Prefix + "*").Select(path => Path.GetFileName(path)))
        {
            var owner = name[Prefix.Length..].Split('-')[0];
            if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out _) && !Directory.Exists($"/proc/{owner}"))
                await Remove(name);
        }
    }

    private static async Task Remove(string name)
    {
        try
        {
            foreach (var process in (await ChildProcess.Run(["ip", "netns", "pids", name])).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                await ChildProcess.Run(["sh", "-c", $"kill -KILL {process} 2> /dev/null || true"]);
            await ChildProcess.Run(["ip", "netns", "delete", name]);
            if (Directory.Exists(FolderOf(name))) Directory.Delete(FolderOf(name), recursive: true);
        }
        catch (LabException) when (!File.Exists(Path.Combine(Handles, name)))
        {
            // Another run has removed it at the same moment.
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle handle, int kind);
}
