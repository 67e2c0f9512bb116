using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace BootAppliance.Storage;

/// <summary>
/// Loads SQLite's native library from this assembly through anonymous memory. The published program is one file, may have nowhere to write,
/// and the system's loader takes only files; /proc/self/fd makes one of the memory.
/// </summary>
internal static partial class NativeSqlite
{
    private const string LibraryName = "e_sqlite3";
    private const uint CloseOnExec = 1;

    private static readonly Lazy<nint> library = new(Load);
    private static readonly Lazy<bool> initialized = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == LibraryName ? library.Value : 0);
        Batteries_V2.Init();
        return true;
    });

    /// <summary>Whether the library in use is the embedded one; where it cannot be, the one beside the program is.</summary>
    public static bool IsEmbedded => initialized.Value && library.Value != 0;

    public static void Initialize() => _ = initialized.Value;

    private static nint Load()
    {
        using var image = Assembly.GetExecutingAssembly().GetManifestResourceStream("libe_sqlite3.so");
        if (image is null || !OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return 0;

        using var memory = new SafeFileHandle(CreateMemoryFile("libe_sqlite3.so", CloseOnExec), ownsHandle: true);
        if (memory.IsInvalid) return 0;
        using var file = new FileStream(memory, FileAccess.Write);
        image.CopyTo(file);
        file.Flush();
        return NativeLibrary.TryLoad($"/proc/self/fd/{memory.DangerousGetHandle()}", out var handle) ? handle : 0;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);
}
