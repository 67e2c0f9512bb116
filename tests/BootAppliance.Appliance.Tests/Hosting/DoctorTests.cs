using System.Net;
using System.Net.Sockets;
using System.Text;
using BootAppliance.Commands;
using BootAppliance.Dhcp.Server;
using BootAppliance.Firmware;
using BootAppliance.Hosting;
using BootAppliance.Settings;
using BootAppliance.Tests.Access;

namespace BootAppliance.Tests;

public sealed class DoctorTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bootappliance-doctor-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Machine_ThatIsReady_IsGood()
    {
        using var http = Tcp();
        using var api = Tcp();
        using var tftp = Udp();
        var settings = Settings(Port(http), Port(api), Port(tftp));
        foreach (var taken in (Socket[])[http, api, tftp]) taken.Dispose();

        var findings = await ExamineAsync(settings);

        var store = Path.Combine(folder.FullName, "store");
        findings.Where(finding => finding is not { Check: "CAP_NET_BIND_SERVICE" or "disk" }).ShouldBe(
        [
            new("interface", Health.Doubtful, "Network:Interface is not set: no DHCP, everything else on loopback only"),
            new($"TFTP port {settings.Tftp.Port}/udp", Health.Good, "free"),
            new($"HTTP port {settings.Http.Port}/tcp", Health.Good, "free"),
            new($"API port {settings.Api.Endpoint.Port}/tcp", Health.Good, "free"),
            new("firmware", Health.Good, $"{FirmwareCatalog.Load().Files.Count} loaders, every sum right"),
            new("database folder", Health.Good, $"{store} is not there yet and can be made"),
            new("socket folder", Health.Good, $"{folder.FullName} can be written"),
            new("images", Health.Good, $"{folder.FullName} is served as /images/"),
            new("open files", Health.Good, OpenFiles.OfThisProcess().Summary + ", if it is started from here"),
        ]);
        Directory.EnumerateFileSystemEntries(folder.FullName).ShouldBeEmpty();
    }

    [Fact]
    public async Task Port_ThatIsTaken_IsBad_AndNamesTheProcess()
    {
        using var http = Tcp();
        using var api = Tcp();
        using var tftp = Udp();

        var findings = await ExamineAsync(Settings(Port(http), Port(api), Port(tftp)));

        foreach (var check in (string[])[$"TFTP port {Port(tftp)}/udp", $"HTTP port {Port(http)}/tcp", $"API port {Port(api)}/tcp"])
        {
            var finding = findings.Single(candidate => candidate.Check == check);
            finding.Health.ShouldBe(Health.Bad);
            finding.Text.ShouldMatch($@"^taken by .+ \(process {Environment.ProcessId}\): stop it, or set another port$");
        }
    }

    [Fact]
    public async Task AccessFiles_AreRead()
    {
        using var access = new AccessFolder();
        access.Write(access.Htpasswd, AccessFolder.Admin + "\nbob:plain\n");
        access.WriteCertificate("appliance.example");
        var settings = Settings();
        settings = settings with
        {
            Api = settings.Api with
            {
                Endpoint = new Uri("https://127.0.0.1:0"),
                AuthStrategy = AuthStrategy.HttpBasic,
                HtpasswdFile = access.Htpasswd,
                CertificateFile = access.Certificate,
                KeyFile = access.Key,
            },
        };

        var findings = await ExamineAsync(settings);
        Of(findings, "API certificate").ShouldBe(new("API certificate", Health.Good, "appliance.example, valid until 2090-01-01 00:00 UTC"));
        findings.Where(finding => finding.Check == "API users").Select(finding => finding.Health).ShouldBe([Health.Good, Health.Doubtful]);

        access.Write(access.Key, "");
        var bad = Of(await ExamineAsync(settings), "API certificate");
        bad.ShouldBe(new("API certificate", Health.Bad, $"Api:KeyFile: {access.Key} has no private key in PEM form (-----BEGIN PRIVATE KEY-----)"));
    }

    [Fact]
    public async Task Firmware_ThatIsDamagedOrMissing_IsBad()
    {
        var sum = FirmwareCatalog.Load().Files[0].Sha256;

        var finding = Of(await ExamineAsync(Settings(), new("ipxe.efi", [7], sum, "1", [1]), new("undionly.kpxe", [0], sum, "1", [])), "firmware");

        finding.Health.ShouldBe(Health.Bad);
        finding.Text.ShouldStartWith("ipxe.efi is damaged: its sum is ");
        finding.Text.ShouldEndWith("; undionly.kpxe is missing: run firmware/fetch, then build again");
    }

    [Fact]
    public async Task Folder_ThatCannotBeWritten_IsBad()
    {
        var file = Path.Combine(folder.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        var settings = Settings();
        settings = settings with
        {
            Store = settings.Store with { Path = Path.Combine(file, "test.db") },
            Api = settings.Api with { Socket = "/proc/bootappliance/api.sock" },
            Http = settings.Http with { Root = Path.Combine(folder.FullName, "none") },
        };

        var findings = await ExamineAsync(settings);

        Of(findings, "database folder").Health.ShouldBe(Health.Bad);
        Of(findings, "database folder").Text.ShouldStartWith($"{file} cannot be written by this user: ");
        Of(findings, "socket folder").Health.ShouldBe(Health.Bad);
        Of(findings, "socket folder").Text.ShouldStartWith("/proc/bootappliance cannot be made by this user: ");
        Of(findings, "images").Health.ShouldBe(Health.Doubtful);
    }

    [Fact]
    public async Task Interface_ThatIsNotThere_IsBad()
    {
        var finding = Of(await ExamineAsync(Settings() with { Network = new() { Interface = "no-such-nic" } }), "interface");

        finding.Health.ShouldBe(Health.Bad);
        finding.Text.ShouldStartWith("Network:Interface: there is no interface 'no-such-nic'.");
    }

    [Theory]
    [InlineData("PXEClient", "192.0.2.77", true)]
    [InlineData(null, "192.0.2.77", false)]
    [InlineData("PXEClient", "0.0.0.0", false)] // a proxy, whose port 4011 it is
    public async Task AddressServer_ThatSendsOption60_IsDoubtful(string? vendorClass, string offered, bool doubtful)
    {
        var other = new ForeignServer(IPAddress.Parse("192.0.2.9"), null, IPAddress.Parse(offered), null) { VendorClass = vendorClass };
        var settings = Settings() with { Network = new() { Interface = "lo" }, Dhcp = new() { Mode = DhcpMode.Proxy } };

        var findings = await Doctor.ExamineAsync(settings, FirmwareCatalog.Load().Files, (_, _) => Task.FromResult<IReadOnlyList<ForeignServer>>([other]), TestContext.Current.CancellationToken);

        findings.Any(finding => finding is { Check: "option 60", Health: Health.Doubtful }).ShouldBe(doubtful);
    }

    [Theory]
    [InlineData(SocketError.NetworkDown, "could not be looked for: frames cannot be sent on 'lo': it has gone down. Bring it up with: ip link set lo up")]
    [InlineData(SocketError.AccessDenied, "could not be looked for: frames cannot be sent on 'lo': Permission denied. Run as root, or give the program the capabilities")]
    public async Task Interface_ThatIsDown_IsNotTakenForMissingRights(SocketError reason, string text)
    {
        var settings = Settings() with { Network = new() { Interface = "lo" }, Dhcp = new() { Mode = DhcpMode.Proxy } };

        var findings = await Doctor.ExamineAsync(settings, FirmwareCatalog.Load().Files, (_, _) => throw new SocketException((int)reason), TestContext.Current.CancellationToken);

        Of(findings, "other DHCP servers").Text.ShouldStartWith(text);
    }

    private static DoctorFinding Of(IReadOnlyList<DoctorFinding> findings, string check) => findings.Single(finding => finding.Check == check);

    [Theory]
    [InlineData(0, Health.Good, @"answers at 127\.0\.0\.1:\d+, and its clock agrees with the one here")]
    [InlineData(600, Health.Doubtful, @"Swift's clock is 00:(09:59|10:0\d) ahead of the one here: signed URLs are over too early\. Set both clocks by NTP")]
    [InlineData(-600, Health.Doubtful, @"Swift's clock is 00:(09:5\d|10:0\d) behind the one here: signed URLs count for too long, and S3 may refuse them\. Set both clocks by NTP")]
    public async Task Clock_OfSwift_IsComparedWithOurs(int seconds, Health health, string text)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds));

        var findings = await ExamineAsync(new ApplianceSettings { Swift = new() { Endpoint = new($"http://{listener.LocalEndpoint}") } });

        // It came by now, or does not come.
        listener.Stop();
        await answering;
        var finding = findings.Single(candidate => candidate.Check == "Swift");
        finding.Health.ShouldBe(health);
        finding.Text.ShouldMatch($"^{text}$");
    }

    [Fact]
    public async Task Swift_ThatDoesNotAnswer_IsBad() =>
        (await ExamineAsync(new ApplianceSettings { Swift = new() { Endpoint = new("http://127.0.0.1:1") } })).ShouldContain(
            new DoctorFinding("Swift", Health.Bad, "does not answer at 127.0.0.1:1: what is not in the cache cannot be had from it"));

    private static async Task AnswerAsync(TcpListener listener, DateTimeOffset date)
    {
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = connection.GetStream();
        (await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken)).ShouldBePositive();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nDate: {date:R}\r\n\r\n"), TestContext.Current.CancellationToken);
    }

    private static Task<IReadOnlyList<DoctorFinding>> ExamineAsync(ApplianceSettings settings, params FirmwareFile[] firmware) => Doctor.ExamineAsync(
        settings,
        firmware.Length > 0 ? firmware : FirmwareCatalog.Load().Files,
        (_, _) => Task.FromResult<IReadOnlyList<ForeignServer>>([]),
        TestContext.Current.CancellationToken);

    private ApplianceSettings Settings(int http = 0, int api = 0, int tftp = 0) => new()
    {
        Http = new() { Port = (ushort)http, Root = folder.FullName },
        Api = new() { Endpoint = new Uri($"http://127.0.0.1:{api}"), Socket = Path.Combine(folder.FullName, "api.sock") },
        Tftp = new() { Port = (ushort)tftp },
        Store = new() { Path = Path.Combine(folder.FullName, "store", "test.db") },
    };

    private static Socket Tcp()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static Socket Udp()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
