using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>Keeps us registered with operators that want that, and asks all of them now and then whether they are there (sections 6.3, 6.4).</summary>
internal sealed class TrunkKeeper(DialDesk desk, OwnNames names, SipEndpoint endpoint, SipClock clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private Task _work = Task.CompletedTask;

    public void Start() => _work = RunAsync();

    /// <summary>All that makes a trunk another one.</summary>
    public static string SignatureOf(SipTrunk trunk) => string.Join(
        '\n', trunk.Name, trunk.Uri, trunk.RealmOrHost, trunk.User, trunk.Password, trunk.Register, trunk.Qualify.TotalMilliseconds);

    /// <summary>An answer whose owner is a registration or a line. Called on the SIP loop.</summary>
    public void Take(Instant now, SipAnswerArrived answer)
    {
        if (answer.Owner is SipRegistration registration)
        {
            var before = registration.State;
            registration.Take(now, answer);
            if (registration.State != before && _lines.Values.FirstOrDefault(line => line.Registration == registration) is { } mine)
                Log.TrunkRegistration(log, mine.Trunk.Name, registration.State.ToString(), registration.Status);
        }
        else if (answer.Owner is Line line && desk.Trunks.Note(line.Trunk.Name, answered: answer.Response is not null))
        {
            Log.TrunkChanged(log, line.Trunk.Name, desk.Trunks.IsDown(line.Trunk.Name) ? "down" : "up");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        foreach (var line in _lines.Values)
            await LeaveAsync(line).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task LeaveAsync(Line line)
    {
        if (line.Registration is not { State: SipRegistrationState.Registered } registration)
            return;
        await endpoint.AskAsync((now, _) =>
        {
            registration.Stop(now);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Trunks come, change and go while the server runs.</summary>
    private async Task FollowAsync()
    {
        var wanted = desk.Settings.AllTrunks.DistinctBy(SignatureOf).ToDictionary(SignatureOf, StringComparer.Ordinal);
        foreach (var gone in _lines.Keys.Where(key => !wanted.ContainsKey(key)).ToArray())
        {
            if (_lines.TryRemove(gone, out var line))
                await LeaveAsync(line).ConfigureAwait(false);
        }
        foreach (var (key, trunk) in wanted)
            _lines.TryAdd(key, new Line(trunk));
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Turn, clock.Time);
        try
        {
            do
            {
                await FollowAsync().ConfigureAwait(false);
                foreach (var line in _lines.Values)
                    await MindAsync(line).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }

    private async Task MindAsync(Line line)
    {
        var now = clock.Now;
        var registers = line.Trunk.Register && (line.Registration is null || now >= line.Registration.Deadline);
        var asks = line.Trunk.Qualify > TimeSpan.Zero && now >= line.AskAt;
        if ((!registers && !asks) || now < line.LookAt)
            return;
        if (await desk.FindHopsAsync(line.Trunk.Uri).ConfigureAwait(false) is not [var hop, ..])
        {
            line.LookAt = now + TimeSpan.FromSeconds(30);
            if (desk.Trunks.Note(line.Trunk.Name, answered: false))
                Log.TrunkChanged(log, line.Trunk.Name, "down");
            return;
        }
        desk.Expect(hop);
        var flow = new SipFlow(hop.Transport, hop.Address);
        if (asks)
            line.AskAt = now + line.Trunk.Qualify;
        await endpoint.AskAsync((at, agent) =>
        {
            if (registers)
                Register(at, agent, line, flow);
            if (asks)
                agent.Send(at, Question(agent, line.Trunk, flow), flow, line);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Again from the beginning where the operator is at another address now.</summary>
    private void Register(Instant now, SipUserAgent agent, Line line, SipFlow flow)
    {
        var trunk = line.Trunk;
        if (line.Registration is not null && line.Flow == flow)
        {
            line.Registration.Tick(now);
            return;
        }
        line.Flow = flow;
        var registrar = SipUri.Create(null, trunk.Uri.Host, trunk.Uri.Port);
        var address = SipNameAddress.Create(SipUri.Create(trunk.User, trunk.Uri.Host));
        var at = names.ContactTowards(flow);
        var contact = $"<sip:{SipText.EscapeUser(trunk.Name)}@{at["sip:".Length..]}>";
        line.Registration = new SipRegistration(
            agent, new SipRegistrationAccount(registrar, address, contact, flow), trunk.User.Length > 0 ? desk.CredentialsOf(agent, trunk) : null);
        line.Registration.Start(now);
    }

    private SipBuilder Question(SipUserAgent agent, SipTrunk trunk, SipFlow flow)
    {
        var ids = agent.Stack.Ids;
        var us = SipNameAddress.Create(SipUri.Create(null, names.HostTowards(flow)));
        var them = SipUri.Create(null, trunk.Uri.Host, trunk.Uri.Port);
        return SipBuilder.Request(SipMethod.Options, them.ForRequest())
            .Add(SipHeader.From, us.WithTag(ids.Tag()).ToString())
            .Add(SipHeader.To, SipNameAddress.Create(them).ToString())
            .Add(SipHeader.CallId, ids.CallId())
            .Add(SipHeader.CSeq, string.Create(CultureInfo.InvariantCulture, $"1 {SipMethod.Options}"))
            .Add(SipHeader.Accept, SipContentType.Sdp);
    }

    /// <summary>One trunk and what we know of it.</summary>
    private sealed class Line(SipTrunk trunk)
    {
        public SipTrunk Trunk { get; } = trunk;
        public SipFlow Flow { get; set; }
        public SipRegistration? Registration { get; set; }
        public Instant AskAt { get; set; } = new(long.MinValue);
        public Instant LookAt { get; set; } = new(long.MinValue);
    }
}
