using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace BootAppliance.Lab.Network;

/// <summary>A cable to a switch port that carries one tagged VLAN and nothing else: what the machine sends without the tag is lost.</summary>
/// <remarks>VLAN devices are not in every kernel, so the frames pass through this program.</remarks>
public sealed class TaggedWire : IAsyncDisposable
{
    // IEEE 802.1Q: the tag stands behind the two addresses.
    private const int AddressesLength = 12;
    private const int TagLength = 4;
    private const ushort TagProtocol = 0x8100;
    private const int VlanBits = 0x0fff;

    private const int LargestFrame = 65_535;

    private readonly FileStream bridgeSide;
    private readonly Socket machineSide;
    private readonly UnixDomainSocketEndPoint machine;
    private readonly ushort vlan;

    private TaggedWire(NetworkNamespace home, SafeFileHandle tap, string name, ushort vlan)
    {
        bridgeSide = new FileStream(tap, FileAccess.ReadWrite, bufferSize: 0);
        this.vlan = vlan;
        var machinePath = Path.Combine(home.Folder, name + ".machine");
        var wirePath = Path.Combine(home.Folder, name + ".wire");
        machine = new UnixDomainSocketEndPoint(machinePath);
        machineSide = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        machineSide.Bind(new UnixDomainSocketEndPoint(wirePath));
        Socket = new(home, $"dgram,local.type=unix,local.path={machinePath},remote.type=unix,remote.path={wirePath}");
        Start(ToMachine, $"to machine {name}");
        Start(ToBridge, $"to bridge {name}");
    }

    /// <summary>Where the machine is plugged in.</summary>
    public MachineSocket Socket { get; }

    /// <summary>Lays a wire.</summary>
    /// <param name="home">The namespace of the bridge.</param>
    /// <param name="bridge">Where its other end is, without a tag.</param>
    /// <param name="vlan">The VLAN on the machine's side.</param>
    public static async Task<TaggedWire> Lay(NetworkNamespace home, Bridge bridge, ushort vlan)
    {
        var name = await bridge.AddTap();
        return new TaggedWire(home, await home.RunInside(() => TapDevice.Open(name)), name, vlan);
    }

    /// <summary>Takes the wire away; the thread that waits for the bridge ends with it.</summary>
    public ValueTask DisposeAsync()
    {
        machineSide.Dispose();
        bridgeSide.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Start(Action pass, string name)
    {
        void Pass()
        {
            try
            {
                pass();
            }
            catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException)
            {
                // One end was taken away.
            }
        }

        new Thread(Pass) { IsBackground = true, Name = name }.Start();
    }

    private void ToMachine()
    {
        var frame = new byte[TagLength + LargestFrame];
        while (true)
        {
            var length = bridgeSide.Read(frame.AsSpan(TagLength));
            frame.AsSpan(TagLength, AddressesLength).CopyTo(frame);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(AddressesLength), TagProtocol);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(AddressesLength + sizeof(ushort)), vlan);
            try
            {
                machineSide.SendTo(frame.AsSpan(0, TagLength + length), machine);
            }
            catch (SocketException)
            {
                // It is not switched on yet: on a real cable the frame would be lost too.
            }
        }
    }

    private void ToBridge()
    {
        var frame = new byte[LargestFrame];
        while (true)
        {
            var length = machineSide.Receive(frame);
            if (length < AddressesLength + TagLength || !HasTag(frame)) continue;
            frame.AsSpan(0, AddressesLength).CopyTo(frame.AsSpan(TagLength));
            bridgeSide.Write(frame.AsSpan(TagLength, length - TagLength));
        }
    }

    private bool HasTag(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt16BigEndian(frame[AddressesLength..]) == TagProtocol
        && (BinaryPrimitives.ReadUInt16BigEndian(frame[(AddressesLength + sizeof(ushort))..]) & VlanBits) == vlan;
}
