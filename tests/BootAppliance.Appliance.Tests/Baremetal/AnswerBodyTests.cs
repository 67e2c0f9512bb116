using System.Text;
using System.Text.Json;
using BootAppliance.Http.Baremetal.Wire;
using Microsoft.AspNetCore.Http;

namespace BootAppliance.Tests.Baremetal;

public sealed class AnswerBodyTests
{
    private const int Items = 10_000;

    [Fact]
    public async Task LongList_IsSentWhileItIsMade()
    {
        var (client, made, madeAtFirst) = (new Client(), 0, 0);
        client.Taken = () => madeAtFirst = madeAtFirst == 0 ? made : madeAtFirst;
        var context = new DefaultHttpContext();
        context.Response.Body = client;

        await ApiAnswer.Long(async body =>
        {
            body.Writer.WriteStartArray();
            for (; made < Items; made++)
            {
                body.Writer.WriteStringValue(new string('x', 1000));
                await body.PauseAsync();
            }

            body.Writer.WriteEndArray();
        }).WriteAsync(context.Response);

        madeAtFirst.ShouldBeInRange(1, 50);
        client.Largest.ShouldBeLessThan(AnswerBody.MostKept + 1100);
        context.Response.ContentLength.ShouldBeNull();
        JsonElement.Parse(Encoding.ASCII.GetString(client.ToArray())).GetArrayLength().ShouldBe(Items);
    }

    [Fact]
    public async Task ShortAnswer_IsOneWrite_AndTellsItsLength()
    {
        var client = new Client();
        var context = new DefaultHttpContext();
        context.Response.Body = client;

        await ApiAnswer.Ok(writer => writer.WriteStringValue("short")).WriteAsync(context.Response);

        context.Response.ContentLength.ShouldBe(7);
        Encoding.ASCII.GetString(client.ToArray()).ShouldBe("\"short\"");
    }

    private sealed class Client : MemoryStream
    {
        public Action Taken { get; set; } = () => { };

        public int Largest { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Largest = Math.Max(Largest, buffer.Length);
            Taken();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
