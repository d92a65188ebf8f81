using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>A room without a cluster: what the grain does, minus everything slow.</summary>
internal sealed class RoomBench
{
    private int _serial;

    public RoomBench(RoomsSettings? settings = null, string name = "standup")
    {
        Settings = settings ?? RoomsSettings.Default;
        State = new RoomState(name);
    }

    public RoomsSettings Settings { get; }
    public RoomState State { get; }
    public DateTimeOffset Now { get; private set; } = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    public List<FeedItem> Told { get; } = [];
    public List<RoomEvent> History { get; } = [];

    /// <summary>What the store would hold of this room.</summary>
    public KeptRoom Kept { get; } = new();

    public Seat this[string id] => State.Seats[id];

    /// <returns>The refusal's code, or null.</returns>
    public string? Do(RoomCommand command)
    {
        var decision = RoomModel.Decide(State, command, Settings, Now);
        if (decision.Refusal is { } refusal)
            return refusal.Code;
        Carry(decision.Events);
        Pass();
        return null;
    }

    public void Wait(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        Pass();
    }

    public string Join(
        string? id = null, ParticipantKind kind = ParticipantKind.Web, string? identity = null, bool hidden = false, ParticipantRole? role = null,
        string? node = null)
    {
        id ??= $"pt_{_serial++:D4}";
        Assert.Null(TryJoin(id, kind, identity, hidden, role, node));
        return id;
    }

    public string? TryJoin(
        string id, ParticipantKind kind = ParticipantKind.Web, string? identity = null, bool hidden = false, ParticipantRole? role = null,
        string? node = null) =>
        Do(new Admit(
            new JoinRequest
            {
                ParticipantId = id,
                Kind = kind,
                DisplayName = id,
                Identity = identity,
                Hidden = hidden,
                Role = role,
                Node = node,
                ConnectionId = kind == ParticipantKind.Bot ? null : $"c-{id}",
                ResumeKey = $"key-{id}",
            },
            $"ses_{History.Count:D6}"));

    public string Track(string owner, TrackSource source = TrackSource.Microphone, bool muted = false)
    {
        var id = Ids.TrackOf(owner, "0", source.ToString());
        var kind = source == TrackSource.Microphone ? TrackKind.Audio : TrackKind.Video;
        Do(new Observe(new TrackLive(1, owner, id, kind, source, "opus", muted)));
        return id;
    }

    public string? Resume(string key, string next, string connection) => Do(new Readmit(
        new ResumeRequest(State.SessionId ?? "", key, next, connection, "nd_1", null!, ImmutableArray<TrackDeclaration>.Empty)));

    public T Last<T>() where T : FeedItem => Told.OfType<T>().Last();

    private void Pass()
    {
        for (var round = 0; round < 8; round++)
        {
            var decision = RoomModel.Decide(State, new Pass(), Settings, Now);
            if (decision.Events.IsEmpty)
                return;
            Carry(decision.Events);
        }
        Assert.Fail("the passing of time never settles");
    }

    private void Carry(ImmutableArray<RoomEvent> events)
    {
        Kept.Write(RoomWrites.Of(State, Kept.Entries, events, Now));
        foreach (var happened in events)
        {
            History.Add(happened);
            if (State.Apply(happened) is { } item)
                Told.Add(item);
        }
    }
}
