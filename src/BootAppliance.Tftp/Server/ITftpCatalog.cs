using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>What there is to read. The case of a name is the catalog's business.</summary>
public interface ITftpCatalog
{
    /// <summary>Opens the file that a client asks for, or null when there is none for it. The transfer disposes of it.</summary>
    ValueTask<TftpFile?> OpenAsync(TftpReadRequest request, CancellationToken cancellationToken);
}
