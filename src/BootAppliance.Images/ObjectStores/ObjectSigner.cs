using System.Net;

namespace BootAppliance.Images;

/// <summary>
/// Signs URLs of a store, after having tried them: a machine that is sent to an object which is not there, or with a signature that the store refuses, can say no
/// more than that it got a 401 or 404.
/// </summary>
public sealed class ObjectSigner : IUrlSigner, IImageLookup
{
    /// <summary>GRUB tries ten times, every five seconds: it must get a URL with another key soon after the operator has changed it.</summary>
    private static readonly TimeSpan believed = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan troubleBelieved = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan timeToAnswer = TimeSpan.FromSeconds(2);

    private readonly IObjectStore store;
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly StoreClock clock;
    private readonly FreshKnowledge<Found> known;

    /// <summary>Signs for a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="http">How it is asked.</param>
    /// <param name="clock">Compares its clock with ours.</param>
    /// <param name="time">The clock.</param>
    public ObjectSigner(IObjectStore store, HttpClient http, StoreClock clock, TimeProvider time)
    {
        (this.store, this.http, this.clock, this.time) = (store, http, clock, time);
        known = new(LookAsync, found => found.State == ObjectState.There ? believed : troubleBelieved, time);
    }

    private enum ObjectState
    {
        There,
        Missing,
        Refused,
        Silent,
    }

    /// <inheritdoc/>
    public bool Signs(ImageReference image) => store.Holds(image);

    /// <inheritdoc/>
    public bool Knows(ImageReference image) => store.Holds(image);

    /// <inheritdoc/>
    public SignedUrl Sign(ImageReference image, DateTimeOffset now, IPNetwork? onlyFor) => known.Find(image) is { State: not ObjectState.There } trouble
        ? new SignedUrl.CannotSign(Words(image, trouble))
        : store.Sign(image, HttpMethod.Get, known.Find(image)?.Key ?? 0, now, onlyFor);

    /// <inheritdoc/>
    /// <remarks>An image of Glance that is not in the store is somewhere else; and what the store refuses to give, or does not answer for, may be in the cache.</remarks>
    public string? FindProblem(ImageReference image) =>
        image is not ImageReference.Glance && known.Find(image) is { State: ObjectState.Missing } missing ? Words(image, missing) : null;

    /// <inheritdoc/>
    public Task<bool> LookUpAsync(ImageReference image, CancellationToken cancellation) => known.LookUpAsync(image, cancellation);

    private async Task<Found> LookAsync(ImageReference image)
    {
        using var limit = new CancellationTokenSource(timeToAnswer, time);
        try
        {
            for (var key = 0; ; key++)
            {
                var now = time.GetUtcNow();
                using var request = new HttpRequestMessage(HttpMethod.Head, store.Sign(image, HttpMethod.Head, key, now, onlyFor: null).Url);
                using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                clock.Compare(answer.Headers.Date, now);
                var found = new Found(
                    answer switch
                    {
                        { IsSuccessStatusCode: true } => ObjectState.There,
                        { StatusCode: HttpStatusCode.NotFound } => ObjectState.Missing,
                        { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest } => ObjectState.Refused,
                        _ => ObjectState.Silent,
                    },
                    key,
                    (int)answer.StatusCode);
                if (found.State != ObjectState.Refused || key + 1 == store.KeyCount) return found;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return new Found(ObjectState.Silent, 0, null);
        }
    }

    private string Words(ImageReference image, Found found) => found switch
    {
        { State: ObjectState.Missing } => $"{store.Name} has no {image} (404)",
        { State: ObjectState.Refused } => $"{store.Name} refuses the signed URL of {image} ({found.Status}): {store.Advice(image)}{clock.Doubt}",
        { Status: { } status } => $"{store.Name} answers the signed URL of {image} with {status}",
        _ => $"{store.Name} does not answer",
    };

    private sealed record Found(ObjectState State, int Key, int? Status);
}
