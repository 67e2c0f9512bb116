using System.Diagnostics.Metrics;
using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Tests;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Dhcp.Tests.Server;

public sealed class DhcpJournalTests : IDisposable, ILogger<DhcpJournal>
{
    private readonly ManualTime time = new();
    private readonly DhcpCounters counters = new();
    private readonly List<(LogLevel Level, string Text)> lines = [];

    [Fact]
    public void Warnings_AreSampled_AndEverythingIsCounted()
    {
        var journal = Journal(new ResponderRig());
        for (var i = 0; i < 5; i++) journal.Dropped(DhcpDropReason.PoolExhausted, "eth1", 0xbeef, client: null, "detail");
        journal.Dropped(DhcpDropReason.StoreUnavailable, "eth1", 0xbeef, client: null, "disk");
        lines.Count(l => l.Level == LogLevel.Warning).ShouldBe(2);
        lines[0].Text.ShouldStartWith("eth1 0000beef  dropped, PoolExhausted: Every address of the pool is taken;");

        time.Advance(TimeSpan.FromSeconds(10));
        journal.Dropped(DhcpDropReason.PoolExhausted, "eth1", 0xbeef, client: null, "detail");
        lines.Count(l => l.Level == LogLevel.Warning).ShouldBe(3);
        counters.Snapshot().Dropped[DhcpDropReason.PoolExhausted].ShouldBe(6);
    }

    [Fact]
    public void WhatIsNotForUs_IsNoWarning()
    {
        Journal(new ResponderRig()).Dropped(DhcpDropReason.Malformed, "eth1", 0, client: null, "");
        lines.Single().Level.ShouldBe(LogLevel.Debug);
    }

    [Fact]
    public void AnObserversFault_CostsNothingButALine()
    {
        Journal(new BrokenObserver()).Dropped(DhcpDropReason.Malformed, "eth1", 0, client: null, "");
        lines[^1].Level.ShouldBe(LogLevel.Error);
    }

    [Fact]
    public void Meter_ShowsTheCountsByTypeAndReason()
    {
        counters.CountReceived(DhcpMessageType.Discover);
        counters.CountDropped(DhcpDropReason.NoSubnet);
        counters.CountDropped(DhcpDropReason.NoSubnet);
        counters.CountRelayed(IPAddress.Parse("198.18.0.1"));
        var seen = new Dictionary<string, long>();
        using var meters = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter.Name == DhcpCounters.MeterName) l.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var name = $"{instrument.Name} {tags[0].Key}={tags[0].Value}";
            seen[name] = seen.GetValueOrDefault(name) + value; // other tests' counters are published under the same name
        });
        meters.Start();
        meters.RecordObservableInstruments();
        seen["dhcp.received type=Discover"].ShouldBeGreaterThanOrEqualTo(1);
        seen["dhcp.dropped reason=NoSubnet"].ShouldBeGreaterThanOrEqualTo(2);
        seen["dhcp.relayed relay=198.18.0.1"].ShouldBeGreaterThanOrEqualTo(1);
    }

    public void Dispose() => counters.Dispose();

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Add((logLevel, formatter(state, exception)));

    private DhcpJournal Journal(IDhcpObserver observer) => new(counters, observer, this, time);

    private sealed class BrokenObserver : IDhcpObserver
    {
        public void Answered(DhcpExchange exchange) => throw new InvalidOperationException();

        public void Dropped(DhcpDropReason reason, DhcpClient? client, string detail) => throw new InvalidOperationException();

        public void Noticed(DhcpNotice notice) => throw new InvalidOperationException();
    }
}
