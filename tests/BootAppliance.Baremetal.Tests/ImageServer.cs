using System.Net;

namespace BootAppliance.Baremetal.Tests;

/// <summary>Has a small image at every path, as the server that the recordings name had one at each that they ask for.</summary>
internal sealed class ImageServer : IAsyncDisposable
{
    private static readonly byte[] image = [.. Enumerable.Range(0, 4096).Select(i => (byte)i)];

    private readonly HttpListener listener = new();
    private readonly Task serving;

    public ImageServer(int port)
    {
        Root = $"http://127.0.0.1:{port}";
        listener.Prefixes.Add(Root + "/");
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>Where it is, without a slash at the end.</summary>
    public string Root { get; }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true) Answer(await listener.GetContextAsync());
    }

    private static void Answer(HttpListenerContext asked)
    {
        try
        {
            asked.Response.ContentLength64 = image.Length;
            if (asked.Request.HttpMethod == HttpMethod.Head.Method) asked.Response.Close();
            else asked.Response.Close(image, willBlock: false);
        }
        catch (HttpListenerException)
        {
            // The client went away, which is no reason to leave the next one without an image.
        }
    }
}
