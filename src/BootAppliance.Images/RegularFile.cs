using System.Runtime.InteropServices;

namespace BootAppliance.Images;

/// <summary>Tells files from what only has a name in a folder.</summary>
public static partial class RegularFile
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeWanted = 0x1; // STATX_TYPE
    private const int Size = 256; // of struct statx, the same on every machine
    private const int ModeAt = 28; // stx_mode, 16 bits
    private const int TypeMask = 0xF000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG

    /// <summary>Whether there is a file of that name, through links too. File.Exists says yes to named pipes, which nobody can open before somebody writes into them.</summary>
    public static bool Exists(string path)
    {
        Span<byte> status = stackalloc byte[Size];
        return Look(CurrentFolder, path, 0, TypeWanted, ref status[0]) == 0 && (MemoryMarshal.Read<ushort>(status[ModeAt..]) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Look(int folder, string path, int flags, uint wanted, ref byte status);
}
