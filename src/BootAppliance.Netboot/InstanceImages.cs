using BootAppliance.Images;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot;

/// <summary>Fetches what an instance on the network boots before its node is active, and tells the timeline of it.</summary>
public sealed class InstanceImages(BootResolver resolver, ImageDelivery delivery, EventLog events, TimeProvider time) : IInstanceImages
{
    /// <summary>What is here by then is told when it is here, and nothing before.</summary>
    private static readonly TimeSpan longFetch = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<string?> KeepAsync(Node node, CancellationToken cancellation)
    {
        var images = (resolver.Wanted(node, BootPurpose.Instance)?.Images ?? []).Where(image => image is not ImageReference.Local).Distinct();
        // One after the other: each has the whole line, and the operator sees what is waited for.
        foreach (var image in images)
        {
            var began = time.GetTimestamp();
            var progress = new Quarters((bytes, length) =>
            {
                var elapsed = time.GetElapsedTime(began);
                if (elapsed >= longFetch) Tell(node, image, $"fetches {image.Label} for the instance: {Quantity.Share(bytes, length)} after {elapsed.TotalSeconds:0} s");
            });
            if (await delivery.KeepAsync(image, progress, cancellation) is { } problem)
            {
                Tell(node, image, $"cannot fetch {image.Label} for the instance: {problem}");
                return problem.Contains(image.Label, StringComparison.Ordinal) ? problem : $"{image.Label}: {problem}";
            }

            Tell(node, image, $"has {image.Label} for the instance here, after {time.GetElapsedTime(began).TotalSeconds:0.0} s");
        }

        return null;
    }

    private void Tell(Node node, ImageReference image, string text) =>
        events.Append(new MachineEvent { Kind = MachineEventKind.ImageFetch, NodeUuid = node.Uuid, File = image.FileName, Text = "the appliance " + text });

    /// <summary>Passes on what a long fetch has reached, four times at most.</summary>
    private sealed class Quarters(Action<long, long> tell) : IProgress<(long Bytes, long? Length)>
    {
        private long told;

        public void Report((long Bytes, long? Length) value)
        {
            if (value.Length is not (> 0 and var length) || value.Bytes * 4 / length is var quarter && quarter <= told) return;
            told = quarter;
            tell(value.Bytes, length);
        }
    }
}
