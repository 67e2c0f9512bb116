using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Images.Iso;

/// <summary>The bytes of an image; whatever place the image itself names, nothing outside of it is read.</summary>
internal sealed class IsoBytes(SafeFileHandle handle, long length)
{
    /// <summary>Size in bytes of a sector (ECMA-119, 6.1.2), which directories never have a record across.</summary>
    public const int Sector = 2048;

    public bool Holds(long offset, long count) => offset >= 0 && count >= 0 && offset <= length && count <= length - offset;

    /// <summary>Fills the buffer, or reads nothing that may be relied upon.</summary>
    public bool TryRead(long offset, Span<byte> buffer)
    {
        if (!Holds(offset, buffer.Length)) return false;
        while (buffer.Length > 0)
        {
            var count = RandomAccess.Read(handle, buffer, offset);
            if (count == 0) return false;
            offset += count;
            buffer = buffer[count..];
        }

        return true;
    }
}
