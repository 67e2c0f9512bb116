using System.Buffers;
using System.Text.Json;

namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>
/// The JSON of an answer on its way out. A short one is kept until it is whole, so that its length is told; a long one goes out while it is made,
/// so that it costs no more memory than a short one however many nodes there are.
/// </summary>
internal sealed class AnswerBody : IAsyncDisposable
{
    /// <summary>Bytes that are kept: few enough that the buffer, which grows by doubling, is not one of the large objects that are seldom collected.</summary>
    public const int MostKept = 32 << 10;

    private readonly HttpResponse response;
    private readonly ArrayBufferWriter<byte> buffer = new(4096);
    private bool hasBegun;

    public AnswerBody(HttpResponse response)
    {
        this.response = response;
        Writer = new Utf8JsonWriter(buffer);
    }

    /// <summary>Where the JSON is written to.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>To be called between the items of a list: sends what there is by now if that is much, as fast as the client takes it.</summary>
    public ValueTask PauseAsync() => buffer.WrittenCount + Writer.BytesPending < MostKept ? ValueTask.CompletedTask : SendAsync();

    /// <summary>Sends the rest.</summary>
    public ValueTask EndAsync()
    {
        Writer.Flush();
        if (!hasBegun) response.ContentLength = buffer.WrittenCount;
        return SendAsync();
    }

    public ValueTask DisposeAsync() => Writer.DisposeAsync();

    private async ValueTask SendAsync()
    {
        hasBegun = true;
        Writer.Flush();
        await response.Body.WriteAsync(buffer.WrittenMemory, response.HttpContext.RequestAborted);
        buffer.ResetWrittenCount();
    }
}
