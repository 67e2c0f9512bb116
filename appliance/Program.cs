return await BootAppliance.Commands.CommandLine.RunAsync(args, new BootAppliance.Hosting.TerminalHost());
