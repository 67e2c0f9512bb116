using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BootAppliance.Images.Signatures;

/// <summary>Reads the signatures of a PE file: its table of certificates, each entry a PKCS #7 SignedData (RFC 2315) over the digest of the file.</summary>
/// <remarks>Whether a machine trusts the signer is for its firmware to say; here it is told who signed, and whether the file is still the one that was.</remarks>
internal static class Authenticode
{
    private const int MostSignatures = 8;
    private const int LargestSignature = 1 << 20;
    private const ushort SignedDataType = 2;

    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string MessageDigest = "1.2.840.113549.1.9.4";

    private static readonly Asn1Tag tag0 = new(TagClass.ContextSpecific, 0);

    public static IReadOnlyList<EfiSignature> Read(FileWindow file, PeImage program)
    {
        List<EfiSignature> signatures = [];
        var (at, end) = ((long)program.CertificatesOffset, (long)program.CertificatesOffset + program.CertificatesLength);
        Span<byte> head = stackalloc byte[8];
        while (at > 0 && at + 8 <= end && signatures.Count < MostSignatures && file.TryRead(at, head))
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head);
            if (length <= 8 || length > LargestSignature || at + length > end) break;
            var content = new byte[length - 8];
            if (!file.TryRead(at + 8, content)) break;
            if (BinaryPrimitives.ReadUInt16LittleEndian(head[6..]) == SignedDataType && Read(content, file, program) is { } signature) signatures.Add(signature);
            at += (length + 7) & ~7L;
        }

        return signatures;
    }

    private static EfiSignature? Read(byte[] content, FileWindow file, PeImage program)
    {
        try
        {
            var (signed, signer) = Parse(content);
            var certificate = signed.Certificates.FirstOrDefault(known =>
                known.SerialNumberBytes.Span.SequenceEqual(signer.Serial.Span) && known.IssuerName.RawData.AsSpan().SequenceEqual(signer.Issuer.Span));
            if (certificate is null) return null;
            return new EfiSignature(
                certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
                Fits(signed, signer, certificate, file, program));
        }
        catch (Exception malformed) when (malformed is AsnContentException or CryptographicException)
        {
            // The readers of ASN.1 and of certificates know no other way to say so.
            return null;
        }
    }

    private static (Signed Signed, Signer Signer) Parse(byte[] content)
    {
        // The entry is padded to eight bytes behind the structure.
        AsnDecoder.ReadEncodedValue(content, AsnEncodingRules.BER, out _, out _, out var length);
        var outer = new AsnReader(content.AsMemory(0, length), AsnEncodingRules.BER).ReadSequence();
        if (outer.ReadObjectIdentifier() != SignedData) throw new AsnContentException();
        var data = outer.ReadSequence(tag0).ReadSequence();
        data.ReadInteger();
        data.ReadSetOf();

        var encapsulated = data.ReadSequence();
        encapsulated.ReadObjectIdentifier();
        var indirect = encapsulated.ReadSequence(tag0).ReadEncodedValue();
        List<X509Certificate2> certificates = [];
        for (var set = data.ReadSetOf(skipSortOrderValidation: true, tag0); set.HasData;) certificates.Add(X509CertificateLoader.LoadCertificate(set.ReadEncodedValue().Span));
        while (data.PeekTag() is { TagClass: TagClass.ContextSpecific }) data.ReadEncodedValue();
        return (new Signed(indirect, certificates), ParseSigner(data.ReadSetOf(skipSortOrderValidation: true).ReadSequence()));
    }

    private static Signer ParseSigner(AsnReader info)
    {
        info.ReadInteger();
        var id = info.ReadSequence();
        var issuer = id.ReadEncodedValue();
        var serial = id.ReadIntegerBytes();
        var algorithm = info.ReadSequence().ReadObjectIdentifier();
        var attributes = info.ReadEncodedValue();
        info.ReadSequence();
        return new Signer(issuer, serial, algorithm, attributes, info.ReadOctetString());
    }

    /// <summary>The key signed the attributes, these have the digest of the indirect data, and that has the digest of the file.</summary>
    private static bool Fits(Signed signed, Signer signer, X509Certificate2 certificate, FileWindow file, PeImage program)
    {
        var algorithm = HashAlgorithmName.FromOid(signer.DigestAlgorithm);

        // The attributes are signed as a SET, and lie in the structure under a tag of their own (RFC 2315, 9.3).
        var attributes = signer.Attributes.ToArray();
        attributes[0] = 0x31;
        using var key = certificate.GetRSAPublicKey();
        if (key is null || !key.VerifyData(attributes, signer.Signature, algorithm, RSASignaturePadding.Pkcs1)) return false;

        // Without its tag and length (RFC 2315, 9.3).
        AsnDecoder.ReadEncodedValue(signed.Indirect.Span, AsnEncodingRules.BER, out var contentOffset, out var contentLength, out _);
        if (!CryptographicOperations.HashData(algorithm, signed.Indirect.Span.Slice(contentOffset, contentLength)).AsSpan().SequenceEqual(AttributeOf(attributes, MessageDigest))) return false;

        var indirect = new AsnReader(signed.Indirect, AsnEncodingRules.BER).ReadSequence();
        indirect.ReadSequence();
        var digest = indirect.ReadSequence();
        var fileAlgorithm = HashAlgorithmName.FromOid(digest.ReadSequence().ReadObjectIdentifier());
        return Digest(file, program, fileAlgorithm).AsSpan().SequenceEqual(digest.ReadOctetString());
    }

    private static byte[] AttributeOf(byte[] attributes, string type)
    {
        for (var set = new AsnReader(attributes, AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true); set.HasData;)
        {
            var attribute = set.ReadSequence();
            if (attribute.ReadObjectIdentifier() == type) return attribute.ReadSetOf().ReadOctetString();
        }

        return [];
    }

    /// <summary>Of all bytes but the checksum, the place of the certificates, and the certificates, which come last.</summary>
    private static byte[] Digest(FileWindow file, PeImage program, HashAlgorithmName algorithm)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        Append(hash, file, 0, program.ChecksumOffset);
        Append(hash, file, program.ChecksumOffset + 4, program.CertificateEntryOffset);
        Append(hash, file, program.CertificateEntryOffset + 8, program.CertificatesOffset);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, FileWindow file, long from, long to)
    {
        var buffer = new byte[1 << 16];
        while (from < to)
        {
            var count = file.ReadUpTo(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from)));
            if (count == 0) return;
            hash.AppendData(buffer, 0, count);
            from += count;
        }
    }

    private sealed record Signed(ReadOnlyMemory<byte> Indirect, IReadOnlyList<X509Certificate2> Certificates);

    private sealed record Signer(ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> Serial, string DigestAlgorithm, ReadOnlyMemory<byte> Attributes, byte[] Signature);
}
