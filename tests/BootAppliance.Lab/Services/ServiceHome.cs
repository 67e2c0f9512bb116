using System.Net;
using System.Net.Sockets;
using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Services;

/// <summary>Where a service runs: on loopback of this machine, or in a namespace of a lab at an address that its machines reach.</summary>
public sealed class ServiceHome
{
    private const string Python = "/usr/bin/python3";

    private readonly NetworkNamespace? network;

    private ServiceHome(NetworkNamespace? network, IPAddress address) => (this.network, Address) = (network, address);

    /// <summary>This machine, for itself only.</summary>
    public static ServiceHome Loopback { get; } = new(null, IPAddress.Loopback);

    public IPAddress Address { get; }

    public static ServiceHome In(NetworkNamespace network, IPAddress address) => new(network, address);

    /// <summary>Why a service cannot run here, or null.</summary>
    /// <param name="module">The Python module that it is, below the distribution's own.</param>
    /// <param name="package">The package that has it.</param>
    internal static string? FindObstacle(string module, string package) => MissingPackage.Find($"/usr/lib/python3/dist-packages/{module}", package);

    /// <summary>Ports that nobody listens on at this moment.</summary>
    internal async Task<int[]> FreePorts(int count)
    {
        return network is null ? Find() : await network.RunInside(Find);

        int[] Find()
        {
            TcpListener[] taken = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Any, 0))];
            foreach (var listener in taken) listener.Start();
            int[] ports = [.. taken.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
            foreach (var listener in taken) listener.Dispose();
            return ports;
        }
    }

    /// <summary>Starts the servers of a service, whose configuration is in a folder.</summary>
    internal ChildProcess Start(string service, string folder)
    {
        string[] command = [Python, Path.Combine(AppContext.BaseDirectory, "Services", "serve_openstack.py"), service, folder];
        return network is null ? ChildProcess.Start(command, service) : network.Start(command, service);
    }

    /// <summary>Talks HTTP from where the service runs.</summary>
    internal HttpClient Client(Uri endpoint) => new(new SocketsHttpHandler { UseProxy = false, ConnectCallback = network is null ? null : ConnectInside }) { BaseAddress = endpoint };

    /// <summary>Waits until an address of the service answers well.</summary>
    internal static async Task WaitUntilReady(HttpClient client, ChildProcess process, IEnumerable<Uri> healthchecks, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        foreach (var address in healthchecks)
        {
            while (!await Answers(client, address, patience.Token))
            {
                if (process.HasEnded || patience.IsCancellationRequested) throw new LabException($"{address} does not answer.{process.Output.Tail()}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        }
    }

    private static async Task<bool> Answers(HttpClient client, Uri address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(address, cancellation);
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.MultipleChoices;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private async ValueTask<Stream> ConnectInside(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = await network!.RunInside(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(context.DnsEndPoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
