using BootAppliance.Http.Files;

namespace BootAppliance.Tests;

public sealed class FilePumpTests : IDisposable
{
    private const int Length = 30_000_000; // far more than the buffers between the two hold

    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public async Task StoppedPump_EndsWhatWaits_AndTakesNothingMore()
    {
        await using (var sparse = new FileStream(path, FileMode.Open)) sparse.SetLength(Length);
        using var file = File.OpenHandle(path);
        using var pair = await SocketPair.OpenAsync();
        pair.Server.Blocking = false; // as the server's are
        using var pump = new FilePump();
        var transfer = new FileTransfer(file, 0, Length, taken: null);
        pump.TryAdd(pair.Server.SafeHandle, transfer).ShouldBeTrue();

        pump.Dispose();

        (await transfer.Completion.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBeLessThan(Length);
        pump.TryAdd(pair.Server.SafeHandle, new FileTransfer(file, 0, Length, taken: null)).ShouldBeFalse();
    }
}
