using System.Text;

namespace BootAppliance.Lab.Machines;

/// <summary>A disk with nothing but a boot sector, which says on the serial line that the machine boots from it.</summary>
public static class LocalDisk
{
    /// <summary>What the machine says when it boots from its disk.</summary>
    public const string Line = "BOOTAPPLIANCE LOCAL DISK";

    private const int Size = 1 << 20;
    private const int SignatureOffset = 510;

    // Loaded at 0x7c00: writes the text that follows it to the first serial port, byte by byte, and halts.
    private static readonly byte[] code =
    [
        0x31, 0xC0,             // xor ax, ax
        0x8E, 0xD8,             // mov ds, ax
        0xBE, 0x16, 0x7C,       // mov si, text
        0xFC,                   // cld
        0xAC,                   // next: lodsb
        0x84, 0xC0,             // test al, al
        0x74, 0x06,             // jz end
        0xBA, 0xF8, 0x03,       // mov dx, 0x3f8
        0xEE,                   // out dx, al
        0xEB, 0xF5,             // jmp next
        0xF4,                   // end: hlt
        0xEB, 0xFD,             // jmp end
    ];

    /// <summary>Writes the disk.</summary>
    public static string Write(string path)
    {
        var disk = new byte[Size];
        code.CopyTo(disk, 0);
        Encoding.ASCII.GetBytes($"\r\n{Line}\r\n").CopyTo(disk, code.Length);
        disk[SignatureOffset] = 0x55;
        disk[SignatureOffset + 1] = 0xAA;
        File.WriteAllBytes(path, disk);
        return path;
    }
}
