using BootAppliance.Images;
using BootAppliance.Images.Import;

namespace BootAppliance.Http.Api;

/// <summary>What is to be imported: from a source, or, with length and version, by sending it afterwards.</summary>
internal sealed record ImportBody(string? Name, string? Source, string? Checksum, long? Length, string? Version);

/// <summary>How far an import is; the image when it is there.</summary>
internal sealed record ImportView(string Name, string State, long Bytes, long? Length, string? Problem, string? Sha256, ImageView? Image);

/// <summary><c>POST</c> and <c>PUT /api/images</c>: bring images below <c>Http:Root</c>; <c>/api/imports</c> says how far they are.</summary>
internal sealed class ImportRoutes(ImageImporter importer, ConfinedFolder folder, string rootUrl)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/images", Start).WithSummary("Import an image: fetch it from its source, or get ready to have it sent");
        api.MapPut("/images/{**name}", ReceiveAsync).WithSummary("Send the bytes of an image from an offset on");
        api.MapQuery("/imports/{**name}", (HttpRequest request, string name) => Show(PathTail.Decode(request, name))).WithSummary("How far an import is");
    }

    private IResult Start(ImportBody body)
    {
        var checksum = Checksum(body.Checksum);
        if (body.Source is null)
        {
            if (body is not { Name: not null, Length: >= 0, Version.Length: > 0 }) throw ApiException.Bad("an import has a source, or the name, length and version of what will be sent");
            return Accepted(importer.Start(new ImportRequest(body.Name, null, checksum) { Length = body.Length, Version = body.Version }));
        }

        if (!ImageReference.TryParse(body.Source, out var source, out var problem)) throw ApiException.Bad(problem);
        return Accepted(importer.Start(new ImportRequest(body.Name ?? source.FileName, source, checksum)));
    }

    private ImportView Show(string name) => View(importer.Find(name) ?? throw new ApiException(StatusCodes.Status404NotFound, $"no import of '{name}' is under way"));

    private async Task<ImportView> ReceiveAsync(string name, long offset, HttpRequest request, CancellationToken cancellation)
    {
        var import = await importer.ReceiveAsync(PathTail.Decode(request, name), offset, request.Body, cancellation);
        return import is { State: ImportState.Failed, Problem: { } problem } ? throw new ImportException(import.Refusal ?? ImportRefusal.Invalid, problem) : View(import);
    }

    private IResult Accepted(ImageImport import) => Results.Json(View(import), statusCode: StatusCodes.Status202Accepted);

    private ImportView View(ImageImport import) => new(
        import.Name, import.State.ToString().ToLowerInvariant(), import.Bytes, import.Length, import.Problem, import.Sha256,
        import.State == ImportState.Done ? ImageView.Of(folder, import.Name, rootUrl + "/images") : null);

    private static ImageChecksum? Checksum(string? text)
    {
        if (text is null) return null;
        return ImageChecksum.TryParse(text, out var checksum, out var problem) ? checksum : throw ApiException.Bad(problem);
    }
}
