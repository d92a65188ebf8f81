using Sylk.Conference.Ctl;
using Sylk.Conference.Ctl.Cli;

return await Tool.RunAsync(args, Surroundings.OfThisProcess());
