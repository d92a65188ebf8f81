using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Headless.Joining;

/// <summary>Publishes by WHIP.</summary>
public static class WhipClient
{
    public static async Task<ISession> OpenAsync(
        HttpClient http, JoinTarget target, SessionDescription offer, CancellationToken cancellation) =>
        await HttpSession.OpenAsync(http, target.Endpoint("whip"), offer, target.Token, cancellation).ConfigureAwait(false);
}

/// <summary>Plays by WHEP.</summary>
public static class WhepClient
{
    public static async Task<ISession> OpenAsync(
        HttpClient http, JoinTarget target, SessionDescription offer, CancellationToken cancellation) =>
        await HttpSession.OpenAsync(http, target.Endpoint("whep"), offer, target.Token, cancellation).ConfigureAwait(false);
}
