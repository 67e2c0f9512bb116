using System.Net;
using System.Text;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Firmware;

/// <summary>What boot programs may load, by TFTP and by HTTP alike: the first route that has it.</summary>
internal sealed class LoaderCatalog(params IReadOnlyList<ICatalogRoute> routes) : ITftpCatalog
{
    /// <summary>The file of this name; the receiver closes it where it is open.</summary>
    /// <param name="path">The name, with any slashes.</param>
    /// <param name="from">Who asks.</param>
    public ServedFile? Find(string path, IPAddress from)
    {
        var name = path.Replace('\\', '/');
        return routes.Select(route => route.Find(name, from)).FirstOrDefault(file => file is not null);
    }

    public ValueTask<TftpFile?> OpenAsync(TftpReadRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(Find(request.FileName, request.Client.Address) switch
    {
        ServedFile.OnDisk disk => TftpFile.FromHandle(disk.Name, disk.File.Handle, disk.File.Offset, disk.File.Length),
        ServedFile.Embedded embedded => TftpFile.FromMemory(embedded.Name, embedded.Loader.Content),
        ServedFile.Generated made => TftpFile.FromMemory(made.Name, Encoding.UTF8.GetBytes(made.Text)),
        _ => null,
    });
}
