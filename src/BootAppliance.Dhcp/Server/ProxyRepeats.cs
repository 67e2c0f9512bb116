using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>
/// Notices firmware that does not take proxy offers: it asks again and again and never comes to port 4011. Thread safe, and bounded whatever
/// MAC addresses are made up.
/// </summary>
internal sealed class ProxyRepeats(TimeProvider time)
{
    // The PXE specification's firmware asks after 4, 8, 16 and 32 seconds: the third offer that leads to nothing comes within this time.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private const int OffersWithoutEffect = 3;
    private const int Capacity = 4096;

    private readonly Lock gate = new();
    private readonly Dictionary<HardwareAddress, Attempts> attempts = [];

    private sealed record Attempts(BootClientKind Kind, DateTimeOffset Since, int Count, bool Told);

    /// <summary>Counts an offer to a client; true once, when its repetitions show that it does not take them.</summary>
    public bool IsIgnored(DhcpClient client)
    {
        // iPXE takes proxy offers, and asks every second while another server looks by ICMP whether an address is free.
        if (client.IsIpxe) return false;
        lock (gate)
        {
            var now = time.GetUtcNow();
            var before = attempts.GetValueOrDefault(client.HardwareAddress);
            if (before is null && attempts.Count >= Capacity) MakeRoom(now);

            // A machine that speaks in another kind came further: the loader runs.
            var next = before is null || before.Kind != client.Kind ? new Attempts(client.Kind, now, 1, Told: false)
                : now - before.Since > Window ? before with { Since = now, Count = 1 }
                : before with { Count = before.Count + 1 };
            var isNews = next is { Count: >= OffersWithoutEffect, Told: false };
            attempts[client.HardwareAddress] = isNews ? next with { Told = true } : next;
            return isNews;
        }
    }

    /// <summary>The client took the offer.</summary>
    public void Forget(HardwareAddress client)
    {
        lock (gate) attempts.Remove(client);
    }

    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (client, old) in attempts)
            if (now - old.Since > Window) attempts.Remove(client);
        if (attempts.Count >= Capacity) attempts.Clear();
    }
}
