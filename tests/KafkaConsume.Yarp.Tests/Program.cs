using KafkaConsume.Yarp.Tests;
using KafkaConsume.Yarp.Tests.Chaos;
using KafkaConsume.Yarp.Tests.Fuzz;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// Runs the tests as the entry point does that xunit would make; or runs as one of the processes that tests of chaos kill.
return args switch
{
    [GatewayProgram.Command, var options, var name, var notes] => await GatewayProgram.RunAsync(options, name, int.Parse(notes, System.Globalization.CultureInfo.InvariantCulture)),
    [ChaosProgram.Command, ..] => await ProgramArguments.RunAsync(() => ChaosProgram.RunAsync(args[1..])),
    [FuzzProgram.Command, ..] => await ProgramArguments.RunAsync(() => FuzzProgram.RunAsync(args[1..])),
    _ when args.Any(argument => argument is "--server" or "--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
