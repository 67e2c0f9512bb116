using System.Text;

namespace BootAppliance.Tftp.Wire;

/// <summary>Brings the file names of firmware into one form: <c>a/b/c</c>, no leading slash, no empty segment.</summary>
internal static class TftpFileName
{
    public static TftpDropReason TryNormalize(ReadOnlySpan<byte> wire, out string fileName)
    {
        fileName = "";

        // ROMs that take the DHCP option for a C string append the byte that follows it: 0xFF, the end option.
        var text = Encoding.UTF8.GetString(wire.TrimEnd((byte)0xFF));
        if (text.Any(char.IsControl)) return TftpDropReason.IllegalFileName;

        var segments = text.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0) return TftpDropReason.EmptyFileName;
        if (segments.Contains("..")) return TftpDropReason.ClimbingFileName;

        fileName = string.Join('/', segments.Where(segment => segment != "."));
        return fileName.Length == 0 ? TftpDropReason.EmptyFileName : TftpDropReason.None;
    }
}
