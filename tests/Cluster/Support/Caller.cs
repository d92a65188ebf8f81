using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>
/// Somebody in a room who does what our page does: offers anew on a second connection when asked to, and lets go of the first one
/// when the second one works.
/// </summary>
internal sealed partial class Caller : IAsyncDisposable
{
    private static readonly string[] Events =
    [
        "ParticipantJoined", "ParticipantUpdated", "ParticipantLeft", "TrackPublished", "TrackUpdated", "TrackUnpublished", "RoomUpdated",
        "RenegotiateRequested", "Disconnect", "Notice", "Facts", "ChatMessage", "FileShared",
    ];

    /// <summary>How long an old connection is kept while others may still use it.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(8);

    /// <summary>Longer than any fault takes (F-05).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string _room;
    private readonly string _name;
    private Uri[] _doors;
    private readonly SemaphoreSlim _signalling = new(1);
    private readonly List<Line> _lines = [];
    private readonly Lock _gate = new();
    private readonly List<Instant> _arrivals = [];
    private readonly List<Task> _moves = [];
    private HubConnection _hub = null!;
    private (string Session, string Key) _resume;
    private int _sequence;
    private bool _leaving;
    private int _tracksAtJoin;

    private Caller(string room, string name, Uri[] doors) => (_room, _name, _doors) = (room, name, doors);

    public ConcurrentQueue<(Instant At, string Name, JsonElement Body)> Told { get; } = new();

    /// <summary>Commands that did not succeed, in words.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    public string Id { get; private set; } = "";

    /// <summary>By which others know what this one says.</summary>
    public string TrackId { get; private set; } = "";

    /// <summary>Tracks of the room this one has been told of, its own included.</summary>
    public int Tracks => _tracksAtJoin + Told.Count(one => one.Name == "TrackPublished");

    /// <summary>UDP port of the media connection in use.</summary>
    public int MediaPort { get; private set; }

    public int Moves => _sequence - 1;

    /// <summary>When its signalling came back on another connection.</summary>
    public ConcurrentQueue<Instant> Resumed { get; } = new();

    public static Task<Caller> JoinAsync(Uri server, string room, string name) => JoinAsync([server], room, name);

    /// <param name="doors">The first is used; the others when it is gone.</param>
    public static async Task<Caller> JoinAsync(Uri[] doors, string room, string name)
    {
        var caller = new Caller(room, name, doors);
        await caller.EnterAsync(doors[0]);
        return caller;
    }

    /// <summary>Another way in, as a balancer would offer it.</summary>
    public void Learn(Uri door) => _doors = [.. _doors, door];

    public bool Hears(int milliseconds = 200)
    {
        lock (_gate)
            return _arrivals.Count > 0 && MonotonicClock.Now - _arrivals[^1] < TimeSpan.FromMilliseconds(milliseconds);
    }

    /// <summary>The longest silence since then, that until now included; milliseconds.</summary>
    public double LongestGap(Instant since)
    {
        lock (_gate)
        {
            var (last, longest) = (since, 0L);
            foreach (var arrival in _arrivals.Where(arrival => arrival > since).Append(MonotonicClock.Now))
            {
                longest = Math.Max(longest, arrival.Nanoseconds - last.Nanoseconds);
                last = arrival;
            }
            return longest / 1e6;
        }
    }

    public IEnumerable<(string Name, JsonElement Body)> ToldSince(Instant since, params string[] names) =>
        Told.Where(one => one.At > since && names.Contains(one.Name)).Select(one => (one.Name, one.Body));

    /// <returns>The value; a refusal is noted among the failures. What a connection's end cut off is said again on the next one.</returns>
    public async Task<JsonElement> CallAsync(string method, object body)
    {
        for (var since = MonotonicClock.Now; ; await Task.Delay(100))
        {
            try
            {
                var reply = await _hub.InvokeAsync<JsonElement>(method, body);
                if (reply.GetProperty("ok").GetBoolean())
                    return reply.TryGetProperty("value", out var value) ? value : default;
                Failures.Enqueue($"{method}: {reply.GetRawText()}");
                return default;
            }
            catch (Exception problem) when (IsOfConnection(problem))
            {
                if (MonotonicClock.Now - since < Patience)
                    continue;
                Failures.Enqueue($"{method}: {problem.Message}");
                return default;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _leaving = true;
        await _hub.DisposeAsync();
        await Task.WhenAll(_moves);
        _lines.ForEach(line => line.Dispose());
        _signalling.Dispose();
    }

    private async Task EnterAsync(Uri server)
    {
        _hub = await ConnectAsync(server);
        var line = NewLine();
        var offer = OfferOf(line);
        var joined = await CallAsync("Join", new { room = _room, displayName = _name, protocol = 1, offer });
        Assert.True(joined.ValueKind == JsonValueKind.Object, string.Join('\n', Failures));
        Id = joined.GetProperty("self").GetProperty("id").GetString()!;
        _tracksAtJoin = joined.GetProperty("tracks").GetArrayLength();
        _resume = (joined.GetProperty("sessionId").GetString()!, joined.GetProperty("resumeKey").GetString()!);
        Take(line, joined.GetProperty("answer"));
    }

    private async Task<HubConnection> ConnectAsync(Uri server)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(server, "/hubs/room")).Build();
        foreach (var name in Events)
            hub.On<JsonElement>(name, body => Hear(hub, name, body));
        hub.Closed += _ => ResumeAsync(hub);
        await hub.StartAsync();
        return hub;
    }

    private void Hear(HubConnection hub, string name, JsonElement body)
    {
        Told.Enqueue((MonotonicClock.Now, name, body));
        if (name == "RenegotiateRequested" && !body.GetProperty("iceRestart").GetBoolean())
            _moves.Add(Task.Run(MoveAsync));
        if (name == "Disconnect" && body.GetProperty("action").GetString() == "resume")
            _moves.Add(Task.Run(() => ResumeAsync(hub)));
    }

    /// <summary>The second rung of the ladder: another signalling connection, the same participant; media goes on meanwhile.</summary>
    private async Task ResumeAsync(HubConnection lost)
    {
        await _signalling.WaitAsync();
        try
        {
            for (var attempt = 1; lost == _hub && !_leaving && attempt < 60; attempt++)
                await TryResumeAsync(_doors[attempt % _doors.Length]);
            await lost.DisposeAsync();
        }
        finally
        {
            _signalling.Release();
        }
    }

    private async Task TryResumeAsync(Uri door)
    {
        try
        {
            var hub = await ConnectAsync(door);
            var resume = new { sessionId = _resume.Session, resumeKey = _resume.Key, lastRev = 0 };
            var reply = await hub.InvokeAsync<JsonElement>("Join", new { room = _room, displayName = _name, protocol = 1, resume });
            if (!reply.TryGetProperty("value", out var joined))
                throw new IOException(reply.GetRawText());
            Assert.Equal(Id, joined.GetProperty("self").GetProperty("id").GetString());
            _resume = (joined.GetProperty("sessionId").GetString()!, joined.GetProperty("resumeKey").GetString()!);
            _hub = hub;
            Resumed.Enqueue(MonotonicClock.Now);
        }
        catch (Exception problem) when (problem is HttpRequestException || IsOfConnection(problem))
        {
            await Task.Delay(100);
        }
    }

    /// <summary>Make before break: both connections carry until the old one is over.</summary>
    private async Task MoveAsync()
    {
        var former = _lines[^1];
        var line = NewLine();
        var answer = await CallAsync("Negotiate", OfferOf(line));
        if (answer.ValueKind != JsonValueKind.Object)
            return;
        Take(line, answer);
        for (var since = MonotonicClock.Now; MonotonicClock.Now - since < Overlap;)
        {
            if (former.Peer.State is PeerState.Closed or PeerState.Failed)
                break;
            await Task.Delay(50);
        }
        former.Dispose();
    }

    private static bool IsOfConnection(Exception problem) =>
        problem is InvalidOperationException or IOException or WebSocketException or OperationCanceledException or HubException;

    private Line NewLine()
    {
        var line = new Line(Note);
        _lines.Add(line);
        return line;
    }

    private object OfferOf(Line line) => new
    {
        seq = ++_sequence,
        sdp = line.Offer(),
        publish = new[] { new { mid = "0", source = "microphone", muted = false, simulcast = false } },
        unpublish = Array.Empty<string>(),
    };

    private void Take(Line line, JsonElement answer)
    {
        var sdp = answer.GetProperty("sdp").GetString()!;
        TrackId = answer.GetProperty("published")[0].GetProperty("trackId").GetString()!;
        MediaPort = int.Parse(Candidate().Match(sdp).Groups[1].Value, CultureInfo.InvariantCulture);
        line.Accept(sdp);
    }

    private void Note(Instant arrival)
    {
        lock (_gate)
            _arrivals.Add(arrival);
    }

    [GeneratedRegex(@"a=candidate:\S+ 1 udp \d+ \S+ (\d+) ", RegexOptions.IgnoreCase)]
    private static partial Regex Candidate();
}
