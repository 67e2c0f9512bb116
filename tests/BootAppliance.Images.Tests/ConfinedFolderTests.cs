using System.Text;
using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class ConfinedFolderTests : IDisposable
{
    private readonly string work = Directory.CreateTempSubdirectory("bootappliance-images-").FullName;
    private readonly ConfinedFolder folder;

    public ConfinedFolderTests()
    {
        Directory.CreateDirectory(Path.Combine(work, "http", "debian"));
        Directory.CreateDirectory(Path.Combine(work, "http-secret"));
        File.WriteAllText(Path.Combine(work, "http", "debian", "vmlinuz"), "kernel");
        File.WriteAllText(Path.Combine(work, "http-secret", "key"), "secret");
        File.WriteAllText(Path.Combine(work, "outside"), "secret");
        folder = new ConfinedFolder(Path.Combine(work, "http"));
    }

    public void Dispose() => Directory.Delete(work, recursive: true);

    [Theory]
    [InlineData("debian/vmlinuz")]
    [InlineData("/debian/vmlinuz")]
    [InlineData("//debian///vmlinuz")]
    [InlineData("debian\\vmlinuz")]
    [InlineData("./debian/./vmlinuz")]
    public void TryOpen_FindsTheFile_HoweverItsPathIsWritten(string requested)
    {
        folder.TryOpen(requested, out var file).ShouldBe(FolderRefusal.None);
        using (file!.Handle)
        {
            var content = new byte[file.Length];
            RandomAccess.Read(file.Handle, content, 0);
            Encoding.ASCII.GetString(content).ShouldBe("kernel");
            file.Name.ShouldBe("debian/vmlinuz");
        }
    }

    [Theory]
    [InlineData("Debian\\VMLINUZ", true, "debian/vmlinuz")]
    [InlineData("debian/vmlinuz", true, "debian/vmlinuz")]
    [InlineData("Debian/VMLINUZ", false, null)]
    [InlineData("debian/vmlin*", true, null)]
    [InlineData("debian/vmlinu?", true, null)]
    [InlineData("DEBIAN", true, null)]
    public void TryOpen_FindsTheFile_InAnotherCase_WhereThatIsWanted(string requested, bool ignoresCase, string? name)
    {
        new ConfinedFolder(folder.Root, ignoresCase).TryOpen(requested, out var file);
        file?.Handle.Dispose();
        file?.Name.ShouldBe(name);
        (file is null).ShouldBe(name is null);
    }

    [Theory]
    [InlineData("mkfifo", "pipe", "pipe")]
    [InlineData("mkfifo", "pipe", "pipe/inside")]
    [InlineData("mkfifo", "pipe", "PIPE")]
    [InlineData("mknod", "zero c 1 5", "zero")]
    public async Task TryOpen_FindsNoFile_InPipesAndDevices(string tool, string arguments, string requested)
    {
        Assert.SkipUnless(tool == "mkfifo" || Environment.IsPrivilegedProcess, "mknod needs root");
        Tool.Run("coreutils", tool, [.. $"{folder.Root}/{arguments}".Split(' ')]);

        var opening = Task.Run(() => new ConfinedFolder(folder.Root, ignoresCase: true).TryOpen(requested, out _), TestContext.Current.CancellationToken);

        (await opening.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ShouldBe(FolderRefusal.NotFound);
    }

    [Theory]
    [InlineData("../outside", FolderRefusal.OutsideRoot)]
    [InlineData("debian/../../outside", FolderRefusal.OutsideRoot)]
    [InlineData("..\\outside", FolderRefusal.OutsideRoot)]
    [InlineData("debian/..\\..\\outside", FolderRefusal.OutsideRoot)]
    [InlineData("..", FolderRefusal.OutsideRoot)]
    [InlineData("", FolderRefusal.InvalidName)]
    [InlineData("/", FolderRefusal.InvalidName)]
    [InlineData("debian/vmlinuz\0.txt", FolderRefusal.InvalidName)]
    [InlineData("debian", FolderRefusal.NotFound)]
    [InlineData("debian/missing", FolderRefusal.NotFound)]
    [InlineData("debian/vmlinuz/more", FolderRefusal.NotFound)]
    public void TryOpen_Refuses(string requested, FolderRefusal refusal)
    {
        folder.TryOpen(requested, out var file).ShouldBe(refusal);
        file.ShouldBeNull();
    }

    [Fact]
    public void TryOpen_RefusesALink_ThatLeavesTheFolder()
    {
        File.CreateSymbolicLink(Path.Combine(folder.Root, "link"), Path.Combine(work, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "sibling"), Path.Combine(work, "http-secret"));
        folder.TryOpen("link", out _).ShouldBe(FolderRefusal.OutsideRoot);
        folder.TryOpen("sibling/key", out _).ShouldBe(FolderRefusal.OutsideRoot);
    }

    [Fact]
    public void TryOpen_FollowsALink_ThatStaysInside()
    {
        File.CreateSymbolicLink(Path.Combine(folder.Root, "latest"), "debian/vmlinuz");
        folder.TryOpen("latest", out var file).ShouldBe(FolderRefusal.None);
        file!.Handle.Dispose();
    }

    [Fact]
    public void TryOpen_Works_WhenTheFolderItselfIsReachedThroughALink()
    {
        Directory.CreateSymbolicLink(Path.Combine(work, "published"), folder.Root);
        new ConfinedFolder(Path.Combine(work, "published")).TryOpen("debian/vmlinuz", out var file).ShouldBe(FolderRefusal.None);
        file!.Handle.Dispose();
    }
}
