using System.Net;
using BootAppliance.Tftp.Server;
using BootAppliance.Tftp.Tests.Server;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Tests.Wire;

/// <summary>Packets that were damaged at random, from a fixed seed: no exception, no name that climbs, no packet out of bounds.</summary>
public class FuzzTests
{
    private const int Rounds = 200_000;
    private static readonly byte[] Seed = Convert.FromHexString("0001666F6F2F626172006F63746574007473697A65003000626C6B73697A6500313433320077696E646F7773697A65003800");

    [Fact]
    public void Request_IsReadOrNamed_WhateverItsBytes()
    {
        var random = new Random(20_300_101);
        var client = IPEndPoint.Parse("192.0.2.10:2070");
        var read = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var reason = TftpReadRequest.TryParse(Damage(random, Seed), client, out var request);
            if (request is null == reason is TftpDropReason.None) Assert.Fail($"{reason} for {request}");
            if (request is null) continue;
            read++;
            var climbs = request.FileName.Split('/').Any(segment => segment is "" or "." or "..");
            if (climbs || request.FileName.Any(character => char.IsControl(character) || character == '\\')) Assert.Fail(request.FileName);
        }

        read.ShouldBeInRange(Rounds / 10, Rounds * 9 / 10);
    }

    [Fact]
    public void Transfer_KeepsItsBounds_WhateverComesBack()
    {
        var random = new Random(20_300_102);
        var content = TransferRig.Content(100_000);
        for (var i = 0; i < 300; i++)
        {
            var mode = random.Next(4) == 0 ? TftpMode.Netascii : TftpMode.Octet;
            var options = new TftpOptions(BlockSize: random.Next(8, 2000), TransferSize: 0, WindowSize: random.Next(1, 100));
            using var rig = new TransferRig(content, options, mode);
            rig.Start();
            rig.Ack(0);
            for (var block = 0; rig.Transfer.Outcome is null && block < 300; block += random.Next(0, 3))
            {
                var step = rig.Transfer.Receive(random.Next(3) == 0 ? Damage(random, [0, 4, (byte)(block >> 8), (byte)block]) : [0, 4, (byte)(block >> 8), (byte)block]);
                if (step.DatagramSize > 1472 || step.Datagrams.Length > 64 * 1472) Assert.Fail($"{step.Datagrams.Length} bytes in datagrams of {step.DatagramSize}");
                rig.Time.Advance(TimeSpan.FromMilliseconds(random.Next(300)));
                rig.Transfer.Expire();
            }
        }
    }

    private static byte[] Damage(Random random, byte[] packet)
    {
        var damaged = packet.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(damaged.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < damaged.Count:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged.Insert(at, random.Next(2) == 0 ? (byte)0 : (byte)random.Next(256));
                    break;
                case 2:
                    damaged.RemoveRange(at, random.Next(damaged.Count - at + 1));
                    break;
                default:
                    damaged.InsertRange(at, "/../"u8.ToArray()[..random.Next(5)]);
                    break;
            }
        }

        return [.. damaged];
    }
}
