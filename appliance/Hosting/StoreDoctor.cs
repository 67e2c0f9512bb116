using BootAppliance.Commands;
using BootAppliance.Images;
using BootAppliance.Settings;

namespace BootAppliance.Hosting;

/// <summary>Looks at the stores that images come from: whether they answer, and whether their clocks agree with the one here.</summary>
internal static class StoreDoctor
{
    private static readonly TimeSpan timeToAnswer = TimeSpan.FromSeconds(5);

    public static async Task ExamineAsync(List<DoctorFinding> findings, ApplianceSettings settings, CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = timeToAnswer };
        (string Name, Uri? Endpoint)[] stores = [("Glance", settings.Glance.Endpoint), ("Swift", settings.Swift.Endpoint), ("S3", settings.S3.Endpoint)];
        foreach (var (name, endpoint) in stores)
        {
            if (endpoint is not null) findings.Add(await ExamineAsync(name, endpoint, client, cancellation));
        }
    }

    /// <summary>Whatever it answers to somebody without credentials, it says what time it is.</summary>
    private static async Task<DoctorFinding> ExamineAsync(string name, Uri endpoint, HttpClient client, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(endpoint, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var ahead = StoreClock.Ahead(answer.Headers.Date, TimeProvider.System.GetUtcNow());
            if (ahead.Duration() <= StoreClock.Tolerance) return new(name, Health.Good, $"answers at {endpoint.Authority}, and its clock agrees with the one here");
            var effect = ahead > TimeSpan.Zero ? "signed URLs are over too early" : "signed URLs count for too long, and S3 may refuse them";
            return new(name, Health.Doubtful, $"{StoreClock.Words(name, ahead)}: {effect}. Set both clocks by NTP");
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new(name, Health.Bad, $"does not answer at {endpoint.Authority}: what is not in the cache cannot be had from it");
        }
    }
}
