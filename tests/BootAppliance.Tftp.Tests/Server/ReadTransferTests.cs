using System.Security.Cryptography;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

public class ReadTransferTests
{
    [Theory]
    [InlineData(0, "DATA 1:0")]
    [InlineData(1, "DATA 1:1")]
    [InlineData(511, "DATA 1:511")]
    [InlineData(512, "DATA 1:512 DATA 2:0")]
    [InlineData(513, "DATA 1:512 DATA 2:1")]
    [InlineData(1024, "DATA 1:512 DATA 2:512 DATA 3:0")]
    public void Transfer_EndsWithShortBlock_ForAnyLength(int length, string expected)
    {
        var content = TransferRig.Content(length);
        using var rig = new TransferRig(content);
        var received = new List<byte>();
        var shown = new List<string>(rig.Start());
        received.AddRange(rig.Payloads.SelectMany(payload => payload));
        for (var block = 1; rig.Transfer.Outcome is null && block < 1000; block++)
        {
            shown.AddRange(rig.Ack(block));
            received.AddRange(rig.Payloads.SelectMany(payload => payload));
        }

        string.Join(' ', shown).ShouldBe(expected);
        received.ShouldBe(content);
        rig.Transfer.Report.ShouldBe(rig.Transfer.Report with { Outcome = TransferOutcome.Completed, Detail = null, BytesAcknowledged = length, Retransmits = 0 });
    }

    [Fact]
    public void Data_IsSentAgain_WhenAckIsLost()
    {
        using var rig = new TransferRig(TransferRig.Content(1000));
        rig.Start().ShouldBe(["DATA 1:512"]);
        rig.Ack(1).ShouldBe(["DATA 2:488"]);
        rig.WaitAndExpire().ShouldBe(["DATA 2:488"]);
        rig.Payloads[0].ShouldBe(TransferRig.Content(1000)[512..]);
        rig.Ack(2).ShouldBeEmpty();
        rig.Transfer.Outcome.ShouldBe(TransferOutcome.Completed);
        rig.Transfer.Report.Retransmits.ShouldBe(1);
    }

    [Fact]
    public void Expire_DoesNothing_BeforeItsTime()
    {
        using var rig = new TransferRig(TransferRig.Content(1000));
        rig.Start();
        rig.Time.Advance(rig.Transfer.Remaining - TimeSpan.FromTicks(1));
        rig.Transfer.Expire().Datagrams.IsEmpty.ShouldBeTrue();
        rig.Transfer.IsQuiet.ShouldBeFalse();
    }

    [Fact]
    public void DuplicateAck_IsNotAnswered_InLockStep()
    {
        using var rig = new TransferRig(TransferRig.Content(2000));
        rig.Start();
        rig.Ack(1).ShouldBe(["DATA 2:512"]);
        rig.Time.Advance(TimeSpan.FromMilliseconds(100));
        rig.Ack(1).ShouldBeEmpty();
        rig.Dropped.ShouldBe(TftpDropReason.DuplicateAcknowledgement);
        rig.Ack(2).ShouldBe(["DATA 3:512"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(65535)]
    public void Ack_IsDropped_WhenItsBlockWasNeverSentOrIsLongPast(int block)
    {
        using var rig = new TransferRig(TransferRig.Content(5000));
        rig.Start();
        rig.Ack(1);
        rig.Ack(2).ShouldBe(["DATA 3:512"]);
        rig.Ack(block).ShouldBeEmpty();
        rig.Dropped.ShouldBe(TftpDropReason.StaleAcknowledgement);
        rig.Ack(3).ShouldBe(["DATA 4:512"]);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(16, 0)]
    [InlineData(1, 1)]
    [InlineData(16, 1)]
    public void BlockNumber_RollsOver_AboveBlock65535(int window, int rollOver)
    {
        var content = TransferRig.Content((512 * 65_540) + 7);
        using var rig = new TransferRig(TftpFile.FromMemory("file", content), new TftpOptions(WindowSize: window), rollOver: rollOver);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var shown = rig.Start();
        if (shown[0] != "DATA 1:512") shown = rig.Ack(0);
        var blocks = 0;
        while (rig.Transfer.Outcome is null && shown.Length > 0 && blocks < 66_000)
        {
            foreach (var payload in rig.Payloads) sha.AppendData(payload);
            shown[0].ShouldStartWith($"DATA {Number(blocks + 1)}:");
            blocks += shown.Length;
            shown = rig.Ack(Number(blocks));
        }

        blocks.ShouldBe(65_541);
        sha.GetHashAndReset().ShouldBe(SHA256.HashData(content));
        rig.Transfer.Report.BytesAcknowledged.ShouldBe(content.Length);

        int Number(int block) => block <= 65535 ? block : block - 65536 + rollOver;
    }

    [Fact]
    public void Window_GoesBackToLastAck_WhenBlocksInItAreLost()
    {
        using var rig = new TransferRig(TransferRig.Content(512 * 10), new TftpOptions(WindowSize: 4));
        rig.Start().ShouldBe(["OACK windowsize=4"]);
        rig.Ack(0).ShouldBe(["DATA 1:512", "DATA 2:512", "DATA 3:512", "DATA 4:512"]);
        rig.Ack(2).ShouldBe(["DATA 3:512", "DATA 4:512", "DATA 5:512", "DATA 6:512"]);
        rig.Payloads[0].ShouldBe(TransferRig.Content(512 * 10)[1024..1536]);
        rig.Ack(6).ShouldBe(["DATA 7:512", "DATA 8:512", "DATA 9:512", "DATA 10:512"]);
        rig.Ack(10).ShouldBe(["DATA 11:0"]);
        rig.Ack(11).ShouldBeEmpty();
        rig.Transfer.Report.ShouldBe(rig.Transfer.Report with { Outcome = TransferOutcome.Completed, Retransmits = 2, WindowSize = 4, BytesAcknowledged = 5120 });
    }

    [Fact]
    public void Window_IsSentAgainWhole_WhenNothingComesBack()
    {
        using var rig = new TransferRig(TransferRig.Content(512 * 10), new TftpOptions(WindowSize: 3));
        rig.Start();
        rig.Ack(0);
        rig.WaitAndExpire().ShouldBe(["DATA 1:512", "DATA 2:512", "DATA 3:512"]);
        rig.Transfer.Report.Retransmits.ShouldBe(3);
    }

    [Fact]
    public void RepeatedAckInWindow_IsBelievedOnce_AfterARoundTrip()
    {
        using var rig = new TransferRig(TransferRig.Content(512 * 20), new TftpOptions(WindowSize: 2));
        rig.Start();
        rig.Time.Advance(TimeSpan.FromMilliseconds(10));
        rig.Ack(0).ShouldBe(["DATA 1:512", "DATA 2:512"]);

        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        rig.Ack(0).ShouldBeEmpty("a copy that the network made comes at once");
        rig.Dropped.ShouldBe(TftpDropReason.DuplicateAcknowledgement);

        rig.Time.Advance(TimeSpan.FromMilliseconds(10));
        rig.Ack(0).ShouldBe(["DATA 1:512", "DATA 2:512"]);

        rig.Time.Advance(TimeSpan.FromMilliseconds(10));
        rig.Ack(0).ShouldBeEmpty("once for each window");
        rig.Ack(2).ShouldBe(["DATA 3:512", "DATA 4:512"]);
    }

    [Fact]
    public void Traffic_IsNotDoubled_WhenEveryAckIsDoubled()
    {
        using var rig = new TransferRig(TransferRig.Content(512 * 100), new TftpOptions(WindowSize: 4));
        rig.Start();
        var packets = 0;
        for (var block = 0; rig.Transfer.Outcome is null && packets < 1000; block = Math.Min(block + 4, 101))
        {
            rig.Time.Advance(TimeSpan.FromMilliseconds(2));
            packets += rig.Ack(block).Length;
            packets += rig.Ack(block).Length;
        }

        packets.ShouldBe(101);
    }

    [Fact]
    public void Oack_IsSentAgain_AndOnlyItsAckStartsTheData()
    {
        using var rig = new TransferRig(TransferRig.Content(600), new TftpOptions(BlockSize: 1024));
        rig.Start().ShouldBe(["OACK blksize=1024"]);
        rig.WaitAndExpire().ShouldBe(["OACK blksize=1024"]);
        rig.Ack(1).ShouldBeEmpty();
        rig.Dropped.ShouldBe(TftpDropReason.StaleAcknowledgement);
        rig.Transfer.Confirmed.ShouldBeFalse();
        rig.Ack(0).ShouldBe(["DATA 1:600"]);
        rig.Transfer.Confirmed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0)]
    public void ErrorAfterOack_IsASizeProbe_WhenTheSizeWasAskedFor(byte code)
    {
        using var rig = new TransferRig(TransferRig.Content(600), new TftpOptions(BlockSize: 1468, TransferSize: 0));
        rig.Start().ShouldBe(["OACK blksize=1468 tsize=600"]);
        rig.Error(code, "User aborted the transfer").ShouldBeEmpty();
        rig.Transfer.Report.ShouldBe(rig.Transfer.Report with { Outcome = TransferOutcome.SizeProbe, Detail = null, BytesAcknowledged = 0 });
        rig.WaitAndExpire().ShouldBeEmpty();
    }

    [Fact]
    public void Error_Aborts_WhenTheSizeWasNotAskedForOrDataIsUnderWay()
    {
        using var noSize = new TransferRig(TransferRig.Content(600), new TftpOptions(BlockSize: 1468));
        noSize.Start();
        noSize.Error(8, "Bad options");
        noSize.Transfer.Report.ShouldBe(noSize.Transfer.Report with
        {
            Outcome = TransferOutcome.Aborted,
            Detail = "The client sent ERROR 8 (OptionNegotiation): Bad options",
        });

        using var underWay = new TransferRig(TransferRig.Content(600), new TftpOptions(TransferSize: 0));
        underWay.Start();
        underWay.Ack(0);
        underWay.Error(3, "Disk\nfull\u0001");
        underWay.Transfer.Report.Detail.ShouldBe("The client sent ERROR 3 (DiskFull): Disk?full?");
    }

    [Fact]
    public void UnconfirmedClient_GetsOnePacketAndThreeRepetitions()
    {
        using var rig = new TransferRig(TransferRig.Content(100_000), new TftpOptions(WindowSize: 16, BlockSize: 1468));
        var packets = rig.Start().Length;
        var waits = new List<double>();
        while (rig.Transfer.Outcome is null && waits.Count < 20)
        {
            waits.Add(rig.Transfer.Remaining.TotalSeconds);
            packets += rig.WaitAndExpire().Length;
        }

        packets.ShouldBe(4);
        waits.ShouldBe([1, 2, 4, 8]);
        rig.Transfer.Report.Outcome.ShouldBe(TransferOutcome.TimedOut);
        rig.Transfer.Report.Detail!.ShouldContain("never answered");
    }

    [Fact]
    public void SilentClient_IsGivenUp_AfterSixRepetitions()
    {
        using var rig = new TransferRig(TransferRig.Content(2000));
        rig.Start();
        rig.Time.Advance(TimeSpan.FromMilliseconds(40));
        rig.Ack(1);
        var waits = new List<double>();
        while (rig.Transfer.Outcome is null && waits.Count < 20)
        {
            waits.Add(rig.Transfer.Remaining.TotalMilliseconds);
            rig.WaitAndExpire();
        }

        waits.ShouldBe([200, 400, 800, 1600, 3200, 6400, 8000]);
        rig.Transfer.Report.ShouldBe(rig.Transfer.Report with
        {
            Outcome = TransferOutcome.TimedOut,
            BytesAcknowledged = 512,
            Retransmits = 6,
            Duration = TimeSpan.FromMilliseconds(20_640),
            Detail = "The client fell silent after block 1, 6 repetitions were not answered.",
        });
    }

    [Fact]
    public void NegotiatedTimeout_IsNoLongerThanOurs_UntilTheClientAnswers()
    {
        using var rig = new TransferRig(TransferRig.Content(2000), new TftpOptions(Timeout: 255));
        rig.Start().ShouldBe(["OACK timeout=255"]);
        rig.Transfer.Remaining.ShouldBe(TimeSpan.FromSeconds(8));
        rig.WaitAndExpire().ShouldBe(["OACK timeout=255"]);
        rig.Transfer.Remaining.ShouldBe(TimeSpan.FromSeconds(8));
        rig.Ack(0);
        rig.Transfer.Remaining.ShouldBe(TimeSpan.FromSeconds(255));
    }

    [Fact]
    public void NegotiatedTimeout_IsTheFirstWait_WhateverTheRoundTrip()
    {
        using var rig = new TransferRig(TransferRig.Content(2000), new TftpOptions(Timeout: 3));
        rig.Start().ShouldBe(["OACK timeout=3"]);
        rig.Transfer.Remaining.ShouldBe(TimeSpan.FromSeconds(3));
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        rig.Ack(0);
        rig.Transfer.Remaining.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("", TftpDropReason.TooShort)]
    [InlineData("00", TftpDropReason.TooShort)]
    [InlineData("000400", TftpDropReason.TooShort)]
    [InlineData("00030001AA", TftpDropReason.UnexpectedOpCode)]
    [InlineData("0001610000", TftpDropReason.UnexpectedOpCode)]
    [InlineData("00060000", TftpDropReason.UnexpectedOpCode)]
    [InlineData("FFFF0001", TftpDropReason.UnknownOpCode)]
    [InlineData("00000001", TftpDropReason.UnknownOpCode)]
    public void OddPacket_IsDroppedByName_AndTheTransferGoesOn(string packet, TftpDropReason reason)
    {
        using var rig = new TransferRig(TransferRig.Content(600));
        rig.Start();
        rig.Receive(Convert.FromHexString(packet)).ShouldBeEmpty();
        rig.Dropped.ShouldBe(reason);
        rig.Ack(1).ShouldBe(["DATA 2:88"]);
    }

    [Fact]
    public void FileThatShrinks_EndsTheTransferWithAnError_ThatNamesNoPath()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, TransferRig.Content(200_000));
            using var rig = new TransferRig(TftpFile.FromHandle("kernel", File.OpenHandle(path, share: FileShare.ReadWrite)));
            rig.Start();
            File.WriteAllBytes(path, TransferRig.Content(600));

            // What was read with the first block is still sent.
            string[] answer;
            var block = 1;
            do answer = rig.Ack(block++);
            while (answer[0].StartsWith("DATA", StringComparison.Ordinal));
            answer.ShouldBe(["ERROR 0 The file cannot be read."]);
            rig.Transfer.Report.ShouldBe(rig.Transfer.Report with
            {
                Outcome = TransferOutcome.Aborted,
                Detail = "The file cannot be read: kernel became shorter while it was read.",
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(16_384)]
    public void PartOfAFile_HasNothingOfWhatLiesAroundIt(int blockSize)
    {
        var path = Path.GetTempFileName();
        try
        {
            var content = TransferRig.Content(100_000);
            File.WriteAllBytes(path, content);
            using var part = TftpFile.FromHandle("vmlinuz", File.OpenHandle(path), offset: 2048, length: 40_000);
            part.Length.ShouldBe(40_000);
            var read = new List<byte>();
            var block = new byte[blockSize];
            part.ReadAhead();
            while (part.Read(read.Count, block) is > 0 and var count) read.AddRange(block[..count]);
            read.ShouldBe(content[2048..42_048]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Abort_TellsTheClientOnce()
    {
        using var rig = new TransferRig(TransferRig.Content(2000));
        rig.Start();
        rig.Transfer.Abort("The server is stopping.").Datagrams.ToArray().ShouldBe("\0\u0005\0\0The server is stopping.\0"u8.ToArray());
        rig.Transfer.Abort("again").Datagrams.IsEmpty.ShouldBeTrue();
        rig.Ack(1).ShouldBeEmpty();
    }
}
