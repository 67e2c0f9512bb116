using System.Net;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

public sealed class DoubtfulTransfersTests : IDisposable
{
    private readonly TftpMetrics metrics = new();

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void Queue_StaysShort_BehindOneThatNeverAnswers()
    {
        var doubtful = new DoubtfulTransfers(maxTransfers: 4);
        using var silent = Transfer();
        doubtful.Add(silent);
        for (var i = 0; i < 100; i++)
        {
            var answered = Transfer();
            doubtful.Add(answered);
            answered.Dispose();
            doubtful.Count.ShouldBeLessThanOrEqualTo(9);
        }

        doubtful.TakeOldest().ShouldBe(silent);
        doubtful.TakeOldest().ShouldBeNull();
    }

    [Fact]
    public void Oldest_StaysTheOldest_WhenThoseThatHaveEndedAreForgotten()
    {
        var doubtful = new DoubtfulTransfers(maxTransfers: 1);
        ActiveTransfer[] transfers = [Transfer(), Transfer(), Transfer(), Transfer()];
        foreach (var transfer in transfers[..3]) doubtful.Add(transfer);
        transfers[1].Dispose();
        doubtful.Add(transfers[3]);
        doubtful.Count.ShouldBe(3);
        doubtful.TakeOldest().ShouldBe(transfers[0]);
        doubtful.TakeOldest().ShouldBe(transfers[2]);
        doubtful.TakeOldest().ShouldBe(transfers[3]);
        foreach (var transfer in transfers) transfer.Dispose();
    }

    private ActiveTransfer Transfer()
    {
        var client = IPEndPoint.Parse("192.0.2.10:2070");
        return new ActiveTransfer(new TftpReadRequest(client, "f", TftpMode.Octet, default), client.Serialize(), metrics);
    }
}
