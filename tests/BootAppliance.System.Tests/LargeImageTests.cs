using System.Globalization;

namespace BootAppliance.Tests;

/// <summary>An image that is larger than the memory which the appliance may need for it.</summary>
public sealed class LargeImageTests
{
    private const string Mac = "52:54:00:12:34:56";
    private const string Source = "http://127.0.0.1:8089";
    private const long Size = 1L << 30;
    private const long MostMemory = 400L << 20;

    [Fact]
    public async Task Image_IsFetchedAndServed_WithoutBeingInMemory()
    {
        SystemTest.SkipWithout("python3", "python3");
        SystemTest.SkipWithout("curl", "curl");
        await using var lab = await SystemTest.LabAsync();
        var folder = Directory.CreateDirectory(Path.Combine(lab.Home.Folder, "source")).FullName;
        await using (var image = File.Create(Path.Combine(folder, "image"))) image.SetLength(Size);
        await using var source = lab.Home.Start(["python3", "-m", "http.server", "8089", "--bind", "127.0.0.1", "--directory", folder], "the source");
        await lab.StartAppliance(SystemTest.Cancellation);

        await lab.Command(["node", "add", "metal", "--mac", Mac, "--kernel", $"{Source}/image", "--deploy"], SystemTest.Cancellation);
        var script = await lab.Home.Run("curl", "-sf", $"http://192.0.2.1/v1/boot/{Mac}/boot.ipxe");
        var url = script.Split(' ', '\n').First(word => word.StartsWith("http://192.0.2.1/cache/", StringComparison.Ordinal));
        var loads = Enumerable.Range(0, 4).Select(_ => lab.Home.Run("curl", "-sf", "-o", "/dev/null", "-w", "%{size_download}", url)).ToList();
        (await Task.WhenAll(loads)).ShouldAllBe(bytes => bytes == Size.ToString(CultureInfo.InvariantCulture));

        lab.Appliance!.Process.PeakMemory.ShouldNotBeNull().ShouldBeLessThan(MostMemory);
    }
}
