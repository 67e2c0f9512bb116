using System.Globalization;
using BootAppliance.Commands;
using BootAppliance.Dhcp.Server;
using BootAppliance.Firmware;
using BootAppliance.Http.Access;
using BootAppliance.Settings;

namespace BootAppliance.Hosting;

/// <summary>Looks at the machine with the eyes of somebody whose machines do not boot; leaves everything as it was.</summary>
internal static class Doctor
{
    private const int NetBindService = 10;
    private const int NetRaw = 13;
    private const long LittleSpace = 1_000_000_000;

    public static async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(
        ApplianceSettings settings, IReadOnlyList<FirmwareFile> firmware, Func<string, CancellationToken, Task<IReadOnlyList<ForeignServer>>> findForeignServers, CancellationToken cancellation)
    {
        List<DoctorFinding> findings = [];
        var nic = Interface(findings, settings);
        Capability(findings, "CAP_NET_BIND_SERVICE", NetBindService, "to open ports below 1024");
        if (nic is { Exists: true }) Capability(findings, "CAP_NET_RAW", NetRaw, "to reach clients that have no address yet");
        if (nic is { Exists: true } && settings.Dhcp.Mode != DhcpMode.Off)
        {
            Port(findings, "udp", 67, "DHCP");
            Port(findings, "udp", DhcpListenerSettings.BootServerPort, "PXE boot server");
        }

        if (settings.Tftp.Enabled) Port(findings, "udp", settings.Tftp.Port, "TFTP");
        Port(findings, "tcp", settings.Http.Port, "HTTP");
        Port(findings, "tcp", settings.Api.Endpoint.Port, "API");
        if (settings.Api.AuthStrategy == AuthStrategy.HttpBasic) Access(findings, "API users", () => Htpasswd.Read(settings.Api.HtpasswdFile));
        if (settings.Api.IsEncrypted)
            Access(findings, "API certificate", () => ServerCertificate.Read(settings.Api.CertificateFile, settings.Api.KeyFile, TimeProvider.System));
        if (nic is { Exists: true } && settings.Dhcp.Mode != DhcpMode.Off) await ForeignServersAsync(findings, nic.Name, settings.Dhcp, findForeignServers, cancellation);
        Firmware(findings, firmware);
        Writable(findings, "database folder", settings.Store.Path);
        Space(findings, settings.Store.Path);
        Writable(findings, "socket folder", settings.Api.Socket);
        Images(findings, settings.Http.Root);
        OpenFiles(findings, Hosting.OpenFiles.OfThisProcess());
        await StoreDoctor.ExamineAsync(findings, settings, cancellation);
        return findings;
    }

    private static ProvisioningInterface? Interface(List<DoctorFinding> findings, ApplianceSettings settings)
    {
        try
        {
            var nic = ProvisioningInterface.Find(settings.Network.Interface, settings.Network.Address);
            findings.Add(nic.Exists
                ? new("interface", Health.Good, $"{nic.Name} is up with {nic.Address} in {nic.Prefix}")
                : new("interface", Health.Doubtful, "Network:Interface is not set: no DHCP, everything else on loopback only"));
            if (nic.Exists && ContainerBridge.FindProblem(nic.Name) is { } problem) findings.Add(new("container", Health.Doubtful, problem));
            return nic;
        }
        catch (StartupException problem)
        {
            findings.Add(new("interface", Health.Bad, problem.Message));
            return null;
        }
    }

    private static void Capability(List<DoctorFinding> findings, string name, int bit, string purpose)
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("CapEff:", StringComparison.Ordinal));
        var has = (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> bit & 1) == 1;
        findings.Add(has ? new(name, Health.Good, $"there, {purpose}") : new(name, Health.Bad, $"missing: it is needed {purpose}. {Binding.Rights}"));
    }

    private static void Port(List<DoctorFinding> findings, string protocol, int port, string what)
    {
        var owner = PortOwner.Find(protocol, port);
        var name = $"{what} port {port}/{protocol}";
        findings.Add(owner switch
        {
            null => new(name, Health.Good, "free"),
            _ when owner.StartsWith("bootappliance ", StringComparison.Ordinal) => new(name, Health.Good, $"held by the running appliance, {owner}"),
            _ => new(name, Health.Bad, $"taken by {owner}: stop it, or set another port"),
        });
    }

    /// <summary>The question is a frame of its own, which an appliance that runs on this machine does not hear: whoever answers is somebody else.</summary>
    private static async Task ForeignServersAsync(List<DoctorFinding> findings, string nic, DhcpSettings dhcp, Func<string, CancellationToken, Task<IReadOnlyList<ForeignServer>>> find, CancellationToken cancellation)
    {
        try
        {
            var all = await Binding.OpenFramesAsync(nic, () => find(nic, cancellation));
            if (dhcp.Mode == DhcpMode.Proxy && !all.Any(server => server.GivesAddresses))
                findings.Add(new("DHCP server", Health.Doubtful, $"none gives addresses on {nic}, and in Dhcp:Mode Proxy this appliance does not either: start it, or set Dhcp:Mode to Pool"));
            foreach (var server in all.Where(server => server is { GivesAddresses: true, VendorClass: not null }))
                findings.Add(new("option 60", Health.Doubtful, $"sent on {nic} by {server}: firmware may ask port 4011 of that server and not this appliance. Take option 60 away there, as only a server that answers port 4011 may send it"));
            var servers = all.Where(server => !server.IsExpected(dhcp.Mode, dhcp.KnownServers)).ToList();
            findings.Add(servers.Count == 0
                ? new("other DHCP servers", Health.Good, $"none that is not expected answered on {nic}")
                : new("other DHCP servers", dhcp.ForeignServers == ForeignServers.Refuse ? Health.Bad : Health.Doubtful, $"answered on {nic}: {string.Join("; ", servers)}. Two servers on one wire give machines the wrong boot file: stop the other one"));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            findings.Add(new("other DHCP servers", Health.Doubtful, $"could not be looked for: {failure.Message}"));
        }
    }

    private static void Access(List<DoctorFinding> findings, string what, Func<IAccessFile> read)
    {
        try
        {
            var file = read();
            findings.Add(new(what, Health.Good, file.Summary));
            findings.AddRange(file.Warnings.Select(warning => new DoctorFinding(what, Health.Doubtful, $"{warning.Key}: {warning.Message}")));
        }
        catch (AccessFileException problem)
        {
            findings.Add(new(what, Health.Bad, $"{problem.Key}: {problem.Message}"));
        }
    }

    private static void Firmware(List<DoctorFinding> findings, IReadOnlyList<FirmwareFile> files)
    {
        var broken = files.Select(file => (file.Name, Problem: file.FindProblem())).Where(file => file.Problem is not null).ToList();
        findings.Add(broken.Count == 0
            ? new("firmware", Health.Good, $"{files.Count} loaders, every sum right")
            : new("firmware", Health.Bad, string.Join("; ", broken.Select(file => $"{file.Name} is {file.Problem}"))));
    }

    private static void Writable(List<DoctorFinding> findings, string what, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var there = NearestThatIs(folder);
        try
        {
            // Rights alone do not tell: a folder of the right owner may be on a disk that is mounted read only.
            using var trial = new FileStream(
                Path.Combine(there, $".bootappliance-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            findings.Add(new(what, Health.Good, there == folder ? $"{folder} can be written" : $"{folder} is not there yet and can be made"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            findings.Add(new(what, Health.Bad, $"{folder} cannot be {(there == folder ? "written" : "made")} by this user: {failure.Message}"));
        }
    }

    private static void Space(List<DoctorFinding> findings, string path)
    {
        var free = new DriveInfo(NearestThatIs(Path.GetFullPath(path))).AvailableFreeSpace;
        var text = $"{Netboot.Timeline.Quantity.Size(free)} free for {path}";
        findings.Add(free < LittleSpace
            ? new("disk", Health.Doubtful, text + ", which is little: no lease and no change of a node is acknowledged on a full disk")
            : new("disk", Health.Good, text));
    }

    private static void Images(List<DoctorFinding> findings, string root)
    {
        if (!Directory.Exists(root))
        {
            findings.Add(new("images", Health.Doubtful, $"{root} does not exist: make it and put kernels and initrds there, or give nodes http:// URLs"));
            return;
        }

        try
        {
            _ = Directory.EnumerateFileSystemEntries(root).Any();
            findings.Add(new("images", Health.Good, $"{root} is served as /images/"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            findings.Add(new("images", Health.Bad, $"{root} cannot be read by this user: {failure.Message}"));
        }
    }

    private static void OpenFiles(List<DoctorFinding> findings, OpenFiles files) => findings.Add(files.FindProblem() is { } problem
        ? new("open files", Health.Bad, problem)
        : new("open files", files.AreFew ? Health.Doubtful : Health.Good, $"{files.Summary}, if it is started from here"));

    private static string NearestThatIs(string path)
    {
        while (!Path.Exists(path)) path = Path.GetDirectoryName(path)!;
        return path;
    }
}
