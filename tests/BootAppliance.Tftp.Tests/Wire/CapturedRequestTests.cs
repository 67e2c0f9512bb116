using System.Net;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Wire;

/// <summary>Requests of real firmware and clients, each beside what tcpdump read in it.</summary>
public class CapturedRequestTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Captures");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.hex").Select(path => Path.GetFileNameWithoutExtension(path)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Request_IsReadAsTcpdumpDoes(string name)
    {
        var hex = File.ReadLines(Path.Combine(Folder, name + ".hex")).Where(line => !line.StartsWith('#'));
        var dissection = File.ReadAllText(Path.Combine(Folder, name + ".txt"));
        var client = new IPEndPoint(IPAddress.Loopback, 2070);
        TftpReadRequest.TryParse(Convert.FromHexString(string.Concat(hex)), client, out var request).ShouldBe(TftpDropReason.None);

        // RRQ "ipxe.efi" octet tsize 0 blksize 1468 windowsize 4
        var words = dissection[(dissection.IndexOf("RRQ ", StringComparison.Ordinal) + 4)..].Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var options = words[2..].Chunk(2).ToDictionary(pair => pair[0], pair => int.Parse(pair[1]));
        int? Option(string key) => options.TryGetValue(key, out var value) ? value : null;
        request.ShouldBe(new TftpReadRequest(
            client, words[0].Trim('"'), Enum.Parse<TftpMode>(words[1], ignoreCase: true),
            new TftpOptions(Option("blksize"), Option("tsize"), Option("timeout"), Option("windowsize"))));
    }
}
