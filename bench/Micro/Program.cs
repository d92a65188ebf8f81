using BenchmarkDotNet.Running;
using Sylk.Conference.Micro;
using Sylk.Conference.Micro.Allocations;
using Sylk.Conference.Micro.Audio;

// dotnet run -c Release --project bench/Micro -- allocations [--write]    compare or commit bytes per operation
// dotnet run -c Release --project bench/Micro -- audio                    what phones cost
// dotnet run -c Release --project bench/Micro -- --filter '*Srtp*'        time and bytes of the matching benchmarks
if (args is ["allocations", ..])
{
    return AllocationGate.Run(args.Contains("--write"));
}

if (args is ["audio"]) return MixerCost.Run();

BenchmarkSwitcher.FromAssembly(typeof(ShortRunWithMemory).Assembly).Run(args, new ShortRunWithMemory());
return 0;
