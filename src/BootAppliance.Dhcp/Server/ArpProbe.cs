using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// Asks the local link by ARP who has an address (RFC 5227 section 2.1); one socket serves any number of questions at once. Needs
/// CAP_NET_RAW.
/// </summary>
public sealed class ArpProbe : IAddressProbe, IDisposable
{
    /// <summary>How long an answer is waited for: long against a link's delay, short against a client's patience.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(300);

    private readonly PacketSocket socket;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<IPAddress, TaskCompletionSource<HardwareAddress?>> questions = [];

    /// <summary>Opens the socket and begins to listen.</summary>
    public ArpProbe(string interfaceName, TimeProvider time)
    {
        socket = new PacketSocket(interfaceName, ArpFrame.EtherType);
        this.time = time;
        _ = ListenAsync();
    }

    /// <inheritdoc/>
    public async Task<HardwareAddress?> FindHolderAsync(IPAddress address)
    {
        var mine = new TaskCompletionSource<HardwareAddress?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var question = questions.GetOrAdd(address, mine);
        if (question != mine) return await question.Task;
        try
        {
            socket.Send(ArpFrame.WriteProbe(socket.LocalAddress, address));
            return await question.Task.WaitAsync(AnswerTime, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (SocketException)
        {
            return null; // A link that takes no frames has nobody on it to conflict with; the reply that follows will fail and say so.
        }
        finally
        {
            questions.TryRemove(address, out _);
            question.TrySetResult(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Cancel();
        socket.Dispose();
        stopping.Dispose();
    }

    private async Task ListenAsync()
    {
        var frame = new byte[ArpFrame.Length];
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveAsync(frame, stopping.Token);
                if (ArpFrame.TryRead(frame.AsSpan(0, length), out var address, out var holder) && questions.TryGetValue(address, out var question))
                    question.TrySetResult(holder);
            }
            catch (SocketException)
            {
                await Task.Delay(AnswerTime, time); // The link went down; probes find nobody until it is back.
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
