using System.Collections.Concurrent;
using System.Net;
using System.Text;
using BootAppliance.Http.Access;

namespace BootAppliance.Tests.Access;

/// <summary>What it costs to say yes or no: the verifications are counted, not timed.</summary>
public sealed class PasswordCheckTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.10");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.11");

    private readonly AccessFolder folder = new();
    private readonly ManualTime time = new();
    private readonly LogLines log = new();
    private readonly ConcurrentQueue<string> verified = new();

    public void Dispose()
    {
        log.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Password_ThatIsRight_IsVerifiedOnceAMinute()
    {
        var check = Open();

        for (var i = 0; i < 10; i++) (await JudgeAsync(check, Here, "admin", "pw1")).IsGranted.ShouldBeTrue();
        verified.Count.ShouldBe(1);

        time.Advance(RememberedCredentials.Duration);
        (await JudgeAsync(check, Here, "admin", "pw1")).IsGranted.ShouldBeTrue();
        verified.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Requests_ThatComeAtOnce_PayForOneVerification()
    {
        using var held = new ManualResetEventSlim();
        var check = Open(_ => held.Wait(TestContext.Current.CancellationToken));
        var requests = Enumerable.Range(0, 50).Select(_ => JudgeAsync(check, Here, "admin", "pw1")).ToArray();
        held.Set();

        (await Task.WhenAll(requests)).ShouldAllBe(verdict => verdict.IsGranted);
        verified.Count.ShouldBeLessThanOrEqualTo(Slots);
    }

    [Fact]
    public async Task Password_ThatIsRight_DoesNotHelpAWrongOne()
    {
        var check = Open();
        (await JudgeAsync(check, Here, "admin", "pw1")).IsGranted.ShouldBeTrue();

        foreach (var (user, password) in ((string, string)[])[("admin", "pw2"), ("admin", "pw1 "), ("admin", ""), ("Admin", "pw1"), ("admi", "n:pw1")])
            (await JudgeAsync(check, Elsewhere, user, password)).IsGranted.ShouldBeFalse();
    }

    [Fact]
    public async Task User_ThatDoesNotExist_CostsAsMuchAsAWrongPassword()
    {
        var check = Open();
        await JudgeAsync(check, Here, "admin", "wrong");
        await JudgeAsync(check, Here, "nobody", "wrong");

        var (known, unknown) = (verified.First(), verified.Last());
        verified.Count.ShouldBe(2);
        unknown[..7].ShouldBe("$2b$04$");
        known[..7].ShouldBe("$2y$04$");
        unknown.Length.ShouldBe(known.Length);
    }

    [Fact]
    public async Task Memory_EndsWithTheFile_ThatItWasMadeFrom()
    {
        var check = Open();
        (await JudgeAsync(check, Here, "admin", "pw1")).IsGranted.ShouldBeTrue();

        folder.Write(folder.Htpasswd, "bob:$2b$05$abcdefghijklmnopqrstuuUO0ia.DNRpY0c0bDasaKMC9101OqwdW\n");
        time.Advance(TimeSpan.FromSeconds(1));

        (await JudgeAsync(check, Here, "admin", "pw1")).IsGranted.ShouldBeFalse();
        (await JudgeAsync(check, Here, "bob", "pw1")).IsGranted.ShouldBeTrue();
    }

    [Fact]
    public async Task File_ThatIsBroken_LeavesTheUsersAsTheyWere()
    {
        var check = Open();
        folder.Write(folder.Htpasswd, "admin:{SHA}DNA4KqJg2ha9FpWYGx9RSz9d3Oo=\n");
        time.Advance(TimeSpan.FromSeconds(1));

        (await JudgeAsync(check, Here, "admin", "pw1")).IsGranted.ShouldBeTrue();
        var line = log.Seen.ShouldHaveSingleItem();
        line.ShouldContain("line 1 (user admin): is not a bcrypt hash");
        line.ShouldEndWith("What was read before stays in force");
        line.ShouldNotContain("DNA4");
    }

    [Fact]
    public async Task Address_WithManyFailures_Waits_AndCostsNothingMeanwhile()
    {
        var check = Open();
        (await JudgeAsync(check, Elsewhere, "admin", "pw1")).IsGranted.ShouldBeTrue();
        for (var i = 0; i < FailureThrottle.FreeFailures; i++) (await JudgeAsync(check, Here, "admin", $"guess{i}")).Wait.ShouldBe(TimeSpan.Zero);
        verified.Clear();

        (await JudgeAsync(check, Here, "admin", "guess")).ShouldBe(new AccessVerdict(IsGranted: false, TimeSpan.FromSeconds(1)));
        // Not even the right password, though it is remembered: otherwise this address could try passwords out against the memory.
        (await JudgeAsync(check, Here, "admin", "pw1")).ShouldBe(new AccessVerdict(IsGranted: false, TimeSpan.FromSeconds(1)));
        (await JudgeAsync(check, Elsewhere, "admin", "pw1")).IsGranted.ShouldBeTrue();
        verified.ShouldBeEmpty();
        log.Seen.ShouldBe(["Warning: 192.0.2.10: again a wrong user name or password; its requests are refused for 1 s. Does a client there still have an old password?"]);

        time.Advance(TimeSpan.FromSeconds(1));
        (await JudgeAsync(check, Here, "admin", "pw1")).IsGranted.ShouldBeTrue();
    }

    [Fact]
    public async Task Flood_OfWrongPasswords_IsVerifiedAFewAtATime_AndThenNotAtAll()
    {
        var (running, most) = (0, 0);
        var gate = new Lock();
        var check = Open(_ =>
        {
            lock (gate) most = Math.Max(most, ++running);
            Thread.Yield();
            lock (gate) running--;
        });

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => JudgeAsync(check, Here, "admin", $"guess{i}")));

        verdicts.ShouldAllBe(verdict => !verdict.IsGranted);
        most.ShouldBeLessThanOrEqualTo(Slots);
        verified.Count.ShouldBeInRange(FailureThrottle.FreeFailures, FailureThrottle.FreeFailures + Slots - 1);
    }

    private static int Slots => Math.Max(1, Environment.ProcessorCount / 2);

    private static async Task<AccessVerdict> JudgeAsync(PasswordCheck check, IPAddress from, string user, string password)
    {
        var credentials = BasicCredentials.Parse("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")), out _).ShouldNotBeNull();
        return await check.JudgeAsync(from, credentials, TestContext.Current.CancellationToken);
    }

    private PasswordCheck Open(Action<string>? during = null)
    {
        folder.Write(folder.Htpasswd, AccessFolder.Admin + "\n");
        return new PasswordCheck(new([folder.Htpasswd], () => Htpasswd.Read(folder.Htpasswd), time, log), Verify, time, log);

        bool Verify(string password, string hash)
        {
            verified.Enqueue(hash);
            during?.Invoke(hash);
            return BCrypt.Net.BCrypt.Verify(password, hash);
        }
    }
}
