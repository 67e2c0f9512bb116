using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Images;

/// <summary>Changes on the disk that are there, whole, when the method returns, and not at all when the machine dies before.</summary>
internal static partial class DurableFile
{
    private const int DirectoryOnly = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    /// <summary>Which run of the machine this is: of an earlier one nothing is sure to be on the disk but what was brought there.</summary>
    public static string Boot { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>How the name ends of a file that is not whole yet.</summary>
    public const string TemporaryEnd = ".tmp";

    /// <summary>Writes a small file, or puts it in the place of the one that is there.</summary>
    public static void Write<T>(string path, T content)
    {
        var temporary = path + TemporaryEnd;
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, JsonSerializer.SerializeToUtf8Bytes(content), 0);
            RandomAccess.FlushToDisk(file);
        }

        Move(temporary, path);
    }

    /// <summary>Gives a file, whose content is on the disk already, another name.</summary>
    public static void Move(string from, string to)
    {
        Rename(from, to);
        FlushFolder(Path.GetDirectoryName(to)!);
        if (Path.GetDirectoryName(from) != Path.GetDirectoryName(to)) FlushFolder(Path.GetDirectoryName(from)!);
    }

    /// <summary>As <see cref="Move"/>, before it is on the disk. File.Move would copy where the new name is on another disk, and show the file half written there.</summary>
    public static void Rename(string from, string to)
    {
        if (RenameFile(from, to) != 0) throw new IOException($"{from} cannot be moved to {to}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    /// <summary>Removes a file; one that is not there is removed already.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>A new name in a folder is on the disk only when the folder is, fsync(2).</summary>
    public static void FlushFolder(string path)
    {
        using var folder = Open(path, DirectoryOnly);
        if (folder.IsInvalid || Flush(folder) != 0) throw new IOException($"{path} cannot be written: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameFile(string from, string to);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(SafeFileHandle file);
}
