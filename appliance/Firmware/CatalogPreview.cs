using System.Net;
using System.Text;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Preview;
using BootAppliance.Nodes;

namespace BootAppliance.Firmware;

/// <summary>Looks into the catalog for a machine that has no address yet, and reads the scripts that the operator keeps there.</summary>
internal sealed class CatalogPreview(LoaderCatalog loaders, BootResolver resolver)
{
    /// <summary>A boot script is far shorter; what is longer is cut off.</summary>
    private const int LongestText = 64 * 1024;

    public PreviewFile? Find(string path, MacAddress machine)
    {
        switch (loaders.Find(path, IPAddress.None))
        {
            case null:
                return null;

            case ServedFile.OnDisk { File: var file }:
                using (file.Handle) return new PreviewFile(AskedFile.Read(path).IsFirstScript ? Read(file) : null, IsOperators: true);

            // Which machine asks decides the text, and the catalog knows machines by their addresses.
            case ServedFile.Generated:
                return new PreviewFile(resolver.Generate(path, machine)?.Text, IsOperators: false);

            default:
                return new PreviewFile(Text: null, IsOperators: false);
        }
    }

    private static string Read(OpenedFile file)
    {
        var bytes = new byte[(int)Math.Min(file.Length, LongestText)];
        return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file.Handle, bytes, file.Offset));
    }
}
