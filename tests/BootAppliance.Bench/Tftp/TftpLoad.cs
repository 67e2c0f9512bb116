using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace BootAppliance.Bench.Tftp;

/// <summary>What clients ask for.</summary>
/// <param name="Clients">Machines that read at the same time, each with an address of its own.</param>
/// <param name="BlockSize">Bytes in a block; 512 is not negotiated.</param>
/// <param name="WindowSize">Blocks in a window; 1 is not negotiated.</param>
/// <param name="FileName">The file that all of them read.</param>
/// <param name="Content">What it holds.</param>
/// <param name="Duration">How long machines that are done begin again; what is under way then is read to its end.</param>
/// <param name="Verify">Whether every byte is compared, which costs more than receiving it.</param>
internal sealed record TftpLoadTerms(int Clients, int BlockSize, int WindowSize, string FileName, byte[] Content, TimeSpan Duration, bool Verify);

/// <summary>What came of it.</summary>
internal sealed record TftpLoadResult(long Bytes, TimeSpan Duration, int Completed, int Failed, long Repeated, string? FirstFailure);

/// <summary>Many TFTP clients on one thread, which speak Ethernet: IPv4 without options, UDP without checksum.</summary>
internal sealed class TftpLoad(FrameSocket wire, MachineFrames frames, TftpLoadTerms terms)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAround = TimeSpan.FromMilliseconds(100);
    private const int Attempts = 8;

    private readonly Client[] clients = new Client[terms.Clients];
    private readonly byte[] request = Request(terms);
    private readonly long began = Stopwatch.GetTimestamp();
    private int active;
    private int completed;
    private int failed;
    private long bytes;
    private long repeated;
    private string? firstFailure;

    public TftpLoadResult Run()
    {
        wire.Copy(terms.Verify ? 2048 : MachineFrames.HeaderLength + 4);
        for (var i = 0; i < clients.Length; i++) Begin(i);
        wire.Flush();
        var looked = Stopwatch.GetTimestamp();
        while (active > 0)
        {
            var count = wire.Receive();
            for (var i = 0; i < count; i++) Take(wire.Frame(i), wire.Length(i));
            if (Stopwatch.GetElapsedTime(looked) >= LookAround)
            {
                looked = Stopwatch.GetTimestamp();
                for (var i = 0; i < clients.Length; i++) RepeatIfQuiet(i);
            }

            wire.Flush();
        }

        return new TftpLoadResult(bytes, Stopwatch.GetElapsedTime(began), completed, failed, repeated, firstFailure);
    }

    private void Begin(int index)
    {
        ref var client = ref clients[index];
        client = new Client { Port = (ushort)(client.Port < 1024 ? 1024 : client.Port + 1), NextBlock = 1, Heard = Stopwatch.GetTimestamp(), Active = true };
        active++;
        SendRequest(index);
    }

    private void Take(ReadOnlySpan<byte> frame, int length)
    {
        if (!MachineFrames.TryRead(frame, out var packet) || packet.Machine >= clients.Length) return;
        ref var client = ref clients[packet.Machine];
        if (!client.Active || packet.DestinationPort != client.Port) return;
        if (client.ServerPort == 0) client.ServerPort = packet.SourcePort;
        if (packet.SourcePort != client.ServerPort || packet.Payload.Length < 4) return;

        client.Heard = Stopwatch.GetTimestamp();
        client.Attempts = 0;
        switch (packet.Payload[1])
        {
            case 3:
                TakeData(packet.Machine, packet.Payload, Math.Min(packet.PayloadLength, length - MachineFrames.HeaderLength) - 4);
                break;
            case 5:
                End(packet.Machine, Encoding.ASCII.GetString(packet.Payload[4..]));
                break;
            case 6 when client.NextBlock == 1:
                Acknowledge(packet.Machine);
                break;
        }
    }

    private void TakeData(int index, ReadOnlySpan<byte> payload, int length)
    {
        ref var client = ref clients[index];
        if (BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) != (ushort)client.NextBlock)
        {
            // Asks once for what is missing; the rest of the window then comes again whole (RFC 7440 section 4).
            if (!client.SaidMissing && terms.WindowSize > 1) Acknowledge(index);
            client.SaidMissing = true;
            repeated++;
            return;
        }

        if (terms.Verify && !payload[4..].SequenceEqual(terms.Content.AsSpan(client.Received, length)))
        {
            End(index, $"block {client.NextBlock} does not hold what the file holds");
            return;
        }

        client.SaidMissing = false;
        client.Received += length;
        client.NextBlock++;
        client.InWindow++;
        var last = length < terms.BlockSize;
        if (!last && client.InWindow < terms.WindowSize) return;
        Acknowledge(index);
        if (last) End(index, client.Received == terms.Content.Length ? null : $"{client.Received} bytes came");
    }

    private void End(int index, string? failure)
    {
        ref var client = ref clients[index];
        bytes += client.Received;
        active--;
        client.Active = false;
        if (failure is null) completed++;
        else failed++;
        firstFailure ??= failure;
        if (failure is null && Stopwatch.GetElapsedTime(began) < terms.Duration) Begin(index);
    }

    private void RepeatIfQuiet(int index)
    {
        ref var client = ref clients[index];
        if (!client.Active || Stopwatch.GetElapsedTime(client.Heard) < Patience) return;
        if (++client.Attempts > Attempts)
        {
            End(index, $"silence after block {client.NextBlock - 1}");
            return;
        }

        client.Heard = Stopwatch.GetTimestamp();
        repeated++;
        if (client.ServerPort == 0) SendRequest(index);
        else Acknowledge(index);
    }

    private void SendRequest(int index) => wire.Send(frames.Write(index, clients[index].Port, 69, request));

    private void Acknowledge(int index)
    {
        ref var client = ref clients[index];
        client.InWindow = 0;
        Span<byte> packet = [0, 4, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(client.NextBlock - 1));
        wire.Send(frames.Write(index, client.Port, client.ServerPort, packet));
    }

    private static byte[] Request(TftpLoadTerms terms)
    {
        var options = (terms.BlockSize == 512 ? "" : $"blksize\0{terms.BlockSize}\0") + (terms.WindowSize == 1 ? "" : $"windowsize\0{terms.WindowSize}\0");
        return Encoding.ASCII.GetBytes($"\0\u0001{terms.FileName}\0octet\0{options}");
    }

    private struct Client
    {
        public bool Active;
        public bool SaidMissing;
        public ushort Port;
        public ushort ServerPort;
        public long NextBlock;
        public int InWindow;
        public int Received;
        public int Attempts;
        public long Heard;
    }
}
