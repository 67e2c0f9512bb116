using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Dhcp.Server;

/// <summary>Counts, logs and passes on what became of every packet.</summary>
public sealed class DhcpJournal(DhcpCounters counters, IDhcpObserver observer, ILogger<DhcpJournal> logger, TimeProvider time)
{
    // A storm of one kind of failure must not fill the log: one warning of each kind in this time, the others at Debug. The counters have
    // them all.
    private static readonly TimeSpan WarningPause = TimeSpan.FromSeconds(10);

    private readonly long[] nextWarning = new long[Enum.GetValues<DhcpDropReason>().Length];

    internal ILogger Logger => logger;

    internal void Received(DhcpMessage message, string @interface)
    {
        counters.CountReceived(message.MessageType);
        if (message.IsRelayed && counters.CountRelayed(message.RelayAddress)) DhcpLog.RelaySeen(logger, @interface, message.RelayAddress);
    }

    internal void Answered(DhcpExchange exchange)
    {
        counters.CountSent(exchange.Sent);
        if (exchange is { Sent: DhcpMessageType.Ack, BootFile: { } bootFile, LeaseTime: { } leaseTime })
        {
            DhcpLog.BootAcknowledged(
                logger, exchange.Interface, exchange.TransactionId, exchange.Client.HardwareAddress, exchange.Client.Kind, exchange.Address,
                (long)leaseTime.TotalSeconds, bootFile);
        }
        else if (exchange.Sent == DhcpMessageType.Nak)
        {
            DhcpLog.Denied(logger, exchange.Interface, exchange.TransactionId, exchange.Client.HardwareAddress, exchange.Address);
        }
        else
        {
            LogAnswer(exchange);
        }

        try
        {
            observer.Answered(exchange);
        }
        catch (Exception fault)
        {
            DhcpLog.ObserverFault(logger, fault, exchange.Interface, exchange.TransactionId, exchange.Client.HardwareAddress);
        }
    }

    internal void Dropped(DhcpDropReason reason, string @interface, uint xid, DhcpClient? client, string detail)
    {
        counters.CountDropped(reason);
        var mac = client?.HardwareAddress ?? default;
        if (!reason.IsNotForUs() && IsWarningDue(reason)) DhcpLog.Failed(logger, @interface, xid, mac, reason, reason.Describe(), detail);
        else if (logger.IsEnabled(LogLevel.Debug)) DhcpLog.NotForUs(logger, @interface, xid, mac, reason, reason.Describe(), detail);
        try
        {
            observer.Dropped(reason, client, detail);
        }
        catch (Exception fault)
        {
            DhcpLog.ObserverFault(logger, fault, @interface, xid, mac);
        }
    }

    internal void Noticed(DhcpNotice notice)
    {
        DhcpLog.Notice(logger, notice);
        try
        {
            observer.Noticed(notice);
        }
        catch (Exception fault)
        {
            DhcpLog.ObserverFault(logger, fault, notice.Interface, 0, default);
        }
    }

    internal void LeftOut(string @interface, uint xid, HardwareAddress mac, int maximumLength, IReadOnlyList<DhcpOptionCode> options)
    {
        if (IsWarningDue(DhcpDropReason.AnswerTooLong))
            DhcpLog.OptionsLeftOut(logger, @interface, xid, mac, string.Join(", ", options.Select(o => (byte)o)), maximumLength);
    }

    internal void Fault(Exception fault, string @interface, DhcpMessage message)
    {
        DhcpLog.Fault(logger, fault, @interface, message.TransactionId, message.ClientHardwareAddress);
        Dropped(DhcpDropReason.InternalError, @interface, message.TransactionId, DhcpClient.From(message), fault.Message);
    }

    private void LogAnswer(DhcpExchange exchange)
    {
        if (!logger.IsEnabled(LogLevel.Debug)) return;
        DhcpLog.Answered(
            logger, exchange.Interface, exchange.TransactionId, exchange.Client.HardwareAddress, exchange.Received.ToRfcName(), exchange.Sent.ToRfcName(),
            exchange.Address, exchange.BootFile);
    }

    private bool IsWarningDue(DhcpDropReason reason)
    {
        var now = time.GetUtcNow().UtcTicks;
        var next = Interlocked.Read(ref nextWarning[(int)reason]);
        return now >= next && Interlocked.CompareExchange(ref nextWarning[(int)reason], now + WarningPause.Ticks, next) == next;
    }
}
