using System.Runtime.InteropServices;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary><c>SIGHUP</c> (<c>systemctl reload</c>) reads the configuration again.</summary>
internal static class ReloadSignal
{
    public static void UseReload(this WebApplication app)
    {
        var live = app.Services.GetRequiredService<LiveOptions>();
        var signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            live.Reload();
        });
        app.Lifetime.ApplicationStopped.Register(signal.Dispose);
    }
}
