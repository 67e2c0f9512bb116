using System.Net;
using System.Net.Sockets;
using BootAppliance.Http.Files;

namespace BootAppliance.Tests;

public class ClientRatesTests
{
    private const long Rate = 8_000_000;
    private static readonly IPEndPoint machine = new(IPAddress.Parse("192.0.2.10"), 1024);
    private static readonly IPEndPoint other = new(IPAddress.Parse("192.0.2.11"), 1024);

    private readonly ClientRates rates = new(Rate);

    [Fact]
    public async Task Connections_OfOneClient_ShareItsRate_WhileTheyGetFiles()
    {
        using var first = await SocketPair.OpenAsync();
        using var second = await SocketPair.OpenAsync();
        using var third = await SocketPair.OpenAsync();
        var (a, b, c) = (rates.Begin(machine, first.Server)!, rates.Begin(new IPEndPoint(machine.Address, 1025), second.Server)!, rates.Begin(other, third.Server)!);
        using var file = a.Share();
        Paced(first.Server).ShouldBe(Rate);

        using (b.Share())
        {
            using (c.Share()) new[] { first, second, third }.Select(pair => Paced(pair.Server)).ShouldBe([Rate / 2, Rate / 2, Rate]);
            using (b.Share()) new[] { first, second }.Select(pair => Paced(pair.Server)).ShouldBe([Rate / 3, Rate * 2 / 3]);
        }

        Paced(first.Server).ShouldBe(Rate);
    }

    [Fact]
    public async Task Connection_ThatIsClosed_LeavesItsPartToTheOthers()
    {
        using var first = await SocketPair.OpenAsync();
        using var second = await SocketPair.OpenAsync();
        using var file = rates.Begin(machine, first.Server)!.Share();
        var gone = rates.Begin(machine, second.Server)!.Share();
        second.Server.Dispose();
        gone.Dispose();
        Paced(first.Server).ShouldBe(Rate);
    }

    private static long Paced(Socket socket)
    {
        Span<byte> rate = stackalloc byte[sizeof(long)];
        socket.GetRawSocketOption(1, 47, rate).ShouldBe(sizeof(long)); // SOL_SOCKET, SO_MAX_PACING_RATE
        return BitConverter.ToInt64(rate);
    }
}
