using System.Net;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BootAppliance.Bench;
using BootAppliance.Bench.Dhcp;
using BootAppliance.Bench.Http;
using BootAppliance.Bench.Nodes;
using BootAppliance.Bench.Storm;
using BootAppliance.Bench.Tftp;
using BootAppliance.Lab;
using BootAppliance.Lab.Network;

const string Usage = """
    usage: BootAppliance.Bench tftp [--rounds N] [--seconds S] [--only SERVER/CLIENTS/BLKSIZE/WINDOWSIZE] [--offload] [--markdown]
           BootAppliance.Bench dhcp [--rounds N] [--seconds S] [--only SERVER|SERVER] [--markdown]
           BootAppliance.Bench soak [--exchanges N] [--markdown]
           BootAppliance.Bench nodes [--rounds N] [--markdown]
           BootAppliance.Bench http [--rounds N] [--seconds S] [--markdown]
           BootAppliance.Bench storm [--machines N,N] [--markdown]
           BootAppliance.Bench micro [FILTER]
           BootAppliance.Bench serve-tftp FOLDER ADDRESS:PORT
           BootAppliance.Bench load-image ADDRESS:PORT PATH CLIENTS SECONDS
           BootAppliance.Bench load-storm MACHINES SECONDS FILE
    """;

try
{
    switch (args)
    {
        case ["serve-tftp", var folder, var endPoint]:
            await ServeTftp.Run(folder, endPoint);
            return 0;
        case ["load-image", var address, var image, var clients, var seconds]:
            Console.WriteLine(new ImageLoad(IPEndPoint.Parse(address), image).Run(int.Parse(clients), TimeSpan.FromSeconds(double.Parse(seconds))));
            return 0;
        case ["load-storm", var count, var span, var report]:
            await StormLoad.Run(int.Parse(count), TimeSpan.FromSeconds(double.Parse(span)), report);
            return 0;
        case ["storm", ..]:
            if (NetworkNamespace.FindObstacle() is { } hindrance) throw new LabException($"The boot storm {hindrance}.");
            Publish("storm", 1, await BootStorm.Run([.. (Value("--machines") ?? "1000,10000").Split(',').Select(int.Parse)]));
            return 0;
        case ["http", ..]:
            if ((NetworkNamespace.FindObstacle() ?? HttpPeer.FindObstacle()) is { } lack) throw new LabException($"The HTTP benchmark {lack}.");
            var http = new HttpBenchmarkTerms(int.Parse(Value("--rounds") ?? "15"), double.Parse(Value("--seconds") ?? "1"));
            Publish("http", http.Rounds, await HttpBenchmark.Run(http));
            return 0;
        case ["tftp", ..]:
            if ((NetworkNamespace.FindObstacle() ?? TftpPeer.FindObstacle()) is { } obstacle) throw new LabException($"The TFTP benchmark {obstacle}.");
            var terms = new TftpBenchmarkTerms(
                int.Parse(Value("--rounds") ?? "3"), TimeSpan.FromSeconds(double.Parse(Value("--seconds") ?? "1")), args.Contains("--offload"), Value("--only") ?? "*/*/*/*");
            Publish("tftp", terms.Rounds, await new TftpBenchmark(terms).Run());
            return 0;
        case ["dhcp", ..]:
            if ((NetworkNamespace.FindObstacle() ?? DhcpPeer.FindObstacle()) is { } missing) throw new LabException($"The DHCP benchmark {missing}.");
            var dhcp = new DhcpBenchmarkTerms(
                int.Parse(Value("--rounds") ?? "3"), TimeSpan.FromSeconds(double.Parse(Value("--seconds") ?? "4")), Value("--only")?.Split('|') ?? []);
            Publish("dhcp", dhcp.Rounds, await new DhcpBenchmark(dhcp).Run());
            return 0;
        case ["soak", ..]:
            if ((NetworkNamespace.FindObstacle() ?? PerfDhcp.FindObstacle()) is { } lacking) throw new LabException($"The DHCP benchmark {lacking}.");
            Publish("soak", 1, await DhcpSoak.Run(int.Parse(Value("--exchanges") ?? "1000000")));
            return 0;
        case ["nodes", ..]:
            if ((NetworkNamespace.FindObstacle() ?? PerfDhcp.FindObstacle()) is { } absent) throw new LabException($"The benchmark of nodes {absent}.");
            var times = int.Parse(Value("--rounds") ?? "3");
            Publish("nodes", times, await NodeBenchmark.Run(times));
            return 0;
        case ["micro", .. var filter]:
            // In this process: it is an optimized build already, and need not be built once more.
            var micro = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .WithArtifactsPath(Path.Combine(Checkout.Root, "TestResults/benchmarks"));
            BenchmarkSwitcher.FromAssembly(typeof(TftpMicro).Assembly).Run(["--filter", filter is [var only] ? only : "*"], micro);
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (LabException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

void Publish(string section, int rounds, string table)
{
    Console.Write(table);
    if (args.Contains("--markdown"))
        MarkdownSection.Replace(Path.Combine(Checkout.Root, "docs/benchmarks.md"), section, $"{Machine.Describe()}{(rounds > 1 ? $"; medians of {rounds} rounds" : "")}.\n\n{table}");
}

string? Value(string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
