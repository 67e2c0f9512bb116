using System.Text;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Server;

public class NetasciiTests
{
    [Theory]
    [InlineData("ab\ncd", 8, "ab\r\ncd")]
    [InlineData("1234567\nx", 8, "1234567\r|\nx")]
    [InlineData("1234567\rx", 8, "1234567\r|\0x")]
    [InlineData("123456\nx", 8, "123456\r\n|x")]
    [InlineData("123456\n", 8, "123456\r\n|")]
    [InlineData("1234567\n", 8, "1234567\r|\n")]
    [InlineData("\n\n\n\n\n", 8, "\r\n\r\n\r\n\r\n|\r\n")]
    [InlineData("\r\n", 8, "\r\0\r\n")]
    [InlineData("", 8, "")]
    public void Text_IsConverted_AcrossBlockBoundaries(string text, int blockSize, string expected)
    {
        using var rig = new TransferRig(Encoding.ASCII.GetBytes(text), new TftpOptions(BlockSize: blockSize), TftpMode.Netascii);
        rig.Start();
        rig.Ack(0);
        var blocks = new List<string>();
        for (var block = 1; rig.Transfer.Outcome is null && block < 1000; block++)
        {
            blocks.AddRange(rig.Payloads.Select(Encoding.ASCII.GetString));
            rig.Ack(block);
        }

        string.Join('|', blocks).ShouldBe(expected);
        rig.Transfer.Report.BytesAcknowledged.ShouldBe(expected.Replace("|", "", StringComparison.Ordinal).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Window_GoesBackWithinConvertedText_AfterLoss(int acknowledged)
    {
        using var rig = new TransferRig(Encoding.ASCII.GetBytes("1234567\nabcde\nfgh\rijklmnop\n\n\n\n\nend of the text"), new TftpOptions(BlockSize: 8, WindowSize: 4), TftpMode.Netascii);
        const string whole = "1234567\r\nabcde\r\nfgh\r\0ijklmnop\r\n\r\n\r\n\r\n\r\nend of the text";
        rig.Start();
        rig.Ack(0);
        rig.Ack(acknowledged);
        string.Concat(rig.Payloads.Select(Encoding.ASCII.GetString)).ShouldBe(whole[(acknowledged * 8)..Math.Min(whole.Length, (acknowledged + 4) * 8)]);
    }

    [Fact]
    public void Text_IsConvertedWhole_WhenLongerThanWhatIsReadAtOnce()
    {
        var text = string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i}\n"));
        using var rig = new TransferRig(Encoding.ASCII.GetBytes(text), default, TftpMode.Netascii);
        var received = new StringBuilder();
        rig.Start();
        for (var block = 1; rig.Transfer.Outcome is null && block < 1000; block++)
        {
            foreach (var payload in rig.Payloads) received.Append(Encoding.ASCII.GetString(payload));
            rig.Ack(block);
        }

        received.ToString().ShouldBe(text.Replace("\n", "\r\n", StringComparison.Ordinal));
    }
}
