using System.Net;
using BootAppliance.Dhcp.Wire;


namespace BootAppliance.Bench.Storm;

/// <summary>One machine, from its firmware's first packet to the last byte of its initrd.</summary>
internal sealed class StormMachine(int number, byte[] hardware, StormDhcp dhcp, StormTally tally)
{
    private static readonly byte[] firmware = [60, 32, .. "PXEClient:Arch:00007:UNDI:003016"u8, 93, 2, 0, 7, 94, 3, 1, 3, 16];

    // iPXE names itself with the raw text, and the features of an EFI build with HTTP in option 175.
    private static readonly byte[] ipxe = [.. firmware, 77, 4, .. "iPXE"u8, 175, 6, 19, 1, 1, 36, 1, 1];

    public async Task Boot(CancellationToken cancellation)
    {
        Interlocked.Increment(ref tally.Started);
        var first = await dhcp.Acquire((uint)number, hardware, firmware, cancellation);
        var loader = await StormTftp.Load(first.YourAddress, first.NextServerAddress, first.BootFileName, tally, cancellation);
        if (loader == 0) throw new InvalidDataException($"{first.BootFileName} is empty");
        Interlocked.Increment(ref tally.HaveLoader);

        var second = await dhcp.Acquire((uint)number, hardware, ipxe, cancellation);
        if (!second.YourAddress.Equals(first.YourAddress)) throw new InvalidDataException($"got {first.YourAddress} first, then {second.YourAddress}");
        await tally.Connections.WaitAsync(cancellation);
        try
        {
            await Load(second, cancellation);
        }
        finally
        {
            tally.Connections.Release();
        }
    }

    private async Task Load(DhcpMessage second, CancellationToken cancellation)
    {
        var catchAll = new Uri(second.BootFileName);
        using var http = await StormHttp.Connect(second.YourAddress, new IPEndPoint(IPAddress.Parse(catchAll.Host), catchAll.Port), tally, cancellation);
        if (!(await http.Read(catchAll.AbsolutePath, cancellation)).Contains("/v1/boot/", StringComparison.Ordinal)) throw new InvalidDataException($"{catchAll} leads to no script of a node");
        var script = await http.Read($"/v1/boot/{Mac()}/boot.ipxe", cancellation);
        var files = script.Split('\n').Where(line => line.StartsWith("kernel ", StringComparison.Ordinal) || line.StartsWith("initrd ", StringComparison.Ordinal))
            .Select(line => new Uri(line.Split(' ').First(word => word.StartsWith("http://", StringComparison.Ordinal)))).ToList();
        if (files.Count != 2) throw new InvalidDataException($"the script has {files.Count} files: {script}");
        foreach (var file in files) await http.Load(file.AbsolutePath, cancellation);
    }

    private string Mac() => string.Join(':', hardware.Select(part => part.ToString("x2", null)));
}
