using BootAppliance.Images;
using BootAppliance.Tests.Iso;

namespace BootAppliance.Tests;

/// <summary>What the operator is told of a file of this machine that is not served.</summary>
public sealed class AllowedFilesTests : IDisposable
{
    private readonly IsoMaker maker = new();

    public void Dispose() => maker.Dispose();

    [Fact]
    public void File_ThatCannotBeHad_IsToldOf_WithTheReason()
    {
        maker.Add("boot/a", "first").Add("boot/z", new string('z', 1 << 20));
        var image = maker.Make("xorriso");
        using (var cut = File.OpenWrite(image)) cut.SetLength(cut.Length - (1 << 20));
        var root = Path.GetDirectoryName(image)!;
        File.CreateSymbolicLink(Path.Combine(root, "link"), "/etc/passwd");

        Problem($"file://{image}/boot/a").ShouldBeNull();
        Problem($"file://{image}/boot/z").ShouldBe($"file://{image}/boot/z cannot be had: the image is damaged there, or was not copied to its end");
        Problem($"file://{root}/link").ShouldBe($"file://{root}/link cannot be had: it leads out of {root}");
        Problem($"file://{root}/none").ShouldBe($"there is no file file://{root}/none");
        Problem("file:///etc/passwd").ShouldBe("file:///etc/passwd lies below none of the folders of Images:AllowedRoots");

        string? Problem(string text)
        {
            ImageReference.TryParse(text, out var reference, out var problem).ShouldBeTrue(problem);
            return new AllowedFiles([root]).FindProblem(reference!);
        }
    }
}
