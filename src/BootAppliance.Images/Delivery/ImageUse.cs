using System.Net;

namespace BootAppliance.Images;

/// <summary>What a machine is going to do with an image, as far as the way of the image depends on it.</summary>
/// <param name="IsLasting">Whether it is for an instance that lives on the network, which must start again when a signed URL is over and the image is gone.</param>
/// <param name="IsPlainHttpOnly">Whether the boot program has no TLS.</param>
/// <param name="IsDisc">Whether the machine reads it in pieces, in any order, for as long as it runs: only a whole image will do.</param>
/// <param name="Machine">The address that it is going to fetch from; null: nobody is going to, it is only looked at.</param>
public readonly record struct ImageUse(bool IsLasting, bool IsPlainHttpOnly = false, bool IsDisc = false, IPAddress? Machine = null);
