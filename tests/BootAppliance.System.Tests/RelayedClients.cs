using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Lab.Appliance;
using BootAppliance.Lab.Network;

namespace BootAppliance.Tests;

/// <summary>DHCP clients behind a relay agent: one socket speaks for any number of machines, each known by a number.</summary>
internal sealed class RelayedClients : IDisposable
{
    private const int ServerPort = 67;
    private static readonly IPAddress relay = IPAddress.Parse("192.0.2.250");

    private readonly Socket socket;
    private uint transaction;

    private RelayedClients(Socket socket) => this.socket = socket;

    /// <summary>Puts the relay agent into a namespace of the lab's network.</summary>
    public static async Task<RelayedClients> ConnectAsync(NetworkNamespace home)
    {
        await home.Run("ip", "address", "add", relay + "/24", "dev", "eth0");
        return new RelayedClients(await home.RunInside(() =>
        {
            var agent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            agent.Bind(new IPEndPoint(relay, ServerPort));
            agent.Connect(IPAddress.Parse(LabSettings.Address), ServerPort);
            return agent;
        }));
    }

    /// <summary>DHCPDISCOVER; the offer, or null when none came in time.</summary>
    public Task<DhcpMessage?> DiscoverAsync(int machine, TimeSpan patience) => AskAsync(machine, DhcpMessageType.Discover, null, patience);

    /// <summary>DHCPREQUEST for an offered address; the DHCPACK or DHCPNAK, or null when none came in time.</summary>
    public Task<DhcpMessage?> RequestAsync(int machine, DhcpMessage offer, TimeSpan patience) => AskAsync(machine, DhcpMessageType.Request, offer, patience);

    public void Dispose() => socket.Dispose();

    private async Task<DhcpMessage?> AskAsync(int machine, DhcpMessageType type, DhcpMessage? offer, TimeSpan patience)
    {
        var id = ++transaction;
        var options = new DhcpOptionsBuilder();
        if (offer is not null) options.Add(DhcpOptionCode.RequestedAddress, offer.YourAddress).Add(DhcpOptionCode.ServerIdentifier, offer.ServerIdentifier);
        var question = new DhcpMessage
        {
            OpCode = DhcpOpCode.BootRequest,
            TransactionId = id,
            RelayAddress = relay,
            ClientHardwareAddress = Mac(machine),
            MessageType = type,
            Options = options.Build(),
        };
        var buffer = new byte[1500];
        DhcpMessageWriter.TryWrite(question, buffer, out var length).ShouldBeTrue();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(SystemTest.Cancellation);
        timeout.CancelAfter(patience);
        try
        {
            await socket.SendAsync(buffer.AsMemory(0, length), timeout.Token);
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, timeout.Token);
                if (DhcpMessage.TryParse(buffer.AsSpan(0, received), out var answer, out _) && answer.TransactionId == id) return answer;
            }
        }
        catch (OperationCanceledException) when (!SystemTest.Cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (SocketException)
        {
            // The appliance was killed a moment ago, and its kernel says that nobody listens.
            return null;
        }
    }

    public static HardwareAddress Mac(int machine) =>
        new(HardwareAddress.Ethernet, [0x52, 0x54, 0x01, (byte)(machine >> 16), (byte)(machine >> 8), (byte)machine]);
}
