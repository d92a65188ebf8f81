using System.Net;
using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Load.Janus;

namespace Sylk.Conference.Load.Serving;

/// <summary>Which server the command line means.</summary>
internal static class Target
{
    public const string Ours = "sylk";
    public const string Janus = "janus";

    /// <exception cref="FormatException">A name that is none.</exception>
    public static async Task<IServerUnderLoad> OpenAsync(string name, Arguments arguments, IPAddress address) => name switch
    {
        Ours => await ServerProcess.OpenAsync(arguments, address).ConfigureAwait(false),
        Janus => await JanusServer.OpenAsync(arguments, address).ConfigureAwait(false),
        _ => throw new FormatException($"There is no target {name}."),
    };
}
