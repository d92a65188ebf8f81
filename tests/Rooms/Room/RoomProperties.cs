using CsCheck;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>Whatever a few people do in whatever order, the room keeps its promises.</summary>
public sealed class RoomProperties
{
    private const int Actors = 5;

    private static readonly Gen<(int Verb, int Who, int Whom)[]> Meetings =
        Gen.Select(Gen.Int[0, 14], Gen.Int[0, Actors - 1], Gen.Int[0, Actors - 1]).Array[0, 120];

    [Fact(DisplayName = "Room: one leave per join, revisions without gaps, never without a moderator policy")]
    public void A_meeting_keeps_its_promises() => Meetings.Sample(Play, iter: 2_000);

    private static void Play((int Verb, int Who, int Whom)[] steps)
    {
        var room = new RoomBench(RoomsSettings.Default with { MaxParticipants = 4 });
        var seats = new string[Actors];
        var serial = 0;
        foreach (var (verb, who, whom) in steps)
        {
            if (verb <= 2)
                room.TryJoin(seats[who] = $"pt_{serial++:D4}", verb == 2 ? ParticipantKind.Bot : ParticipantKind.Web, hidden: verb == 2 && whom == 0);
            else
                Step(room, verb, seats[who] ?? "pt_none", seats[whom] ?? "pt_none", whom);
            CheckModerator(room);
        }
        CheckHistory(room);
        CheckRevisions(room);
        CheckRoster(room);
        CheckRestored(room);
    }

    private static void Step(RoomBench room, int verb, string who, string whom, int number)
    {
        switch (verb)
        {
            case 3: room.Do(new Leave(who)); break;
            case 4: room.Do(new LoseConnection(who, $"c-{who}")); break;
            case 5: room.Resume($"key-{who}", $"key-{who}", $"c-{who}"); break;
            case 6: room.Wait(number * 11); break;
            case 7: room.Track(who, (TrackSource)(number % 3)); break;
            case 8: room.Do(new Mute(who, whom, null)); break;
            case 9: room.Do(new Remove(who, whom, number == 0 ? BanLength.Session : BanLength.None, null)); break;
            case 10: room.Do(new SetRole(who, whom, (ParticipantRole)(number % 3))); break;
            case 11: room.Do(new UpdateSelf(who, null, number % 2 == 0, null, null)); break;
            case 12: room.Do(new Observe(number % 2 == 0 ? new PathDown(1, who) : new PathUp(1, who))); break;
            case 13: room.Do(new UpdateRoom(who) { Locked = number == 0 }); break;
            case 14 when number == 4: room.Do(new EndRoom(who, null)); break;
            default: room.Do(new MuteAll(who, null, [], false)); break;
        }
    }

    /// <summary>Either somebody moderates, or the room knows since when nobody does, or there is nobody to moderate.</summary>
    private static void CheckModerator(RoomBench room)
    {
        var persons = room.State.Seats.Values.Where(seat => seat.IsPerson).ToArray();
        var moderated = persons.Any(seat => seat.Role == ParticipantRole.Moderator);
        Assert.True(persons.Length == 0 || moderated != room.State.VacantSince.HasValue);
    }

    private static void CheckHistory(RoomBench room)
    {
        var joined = room.History.OfType<Seated>().Select(e => e.Seat.Id).ToArray();
        var left = room.History.OfType<Unseated>().Select(e => e.ParticipantId).ToArray();
        Assert.Equal(joined.Length, joined.Distinct().Count());
        Assert.Equal(left.Length, left.Distinct().Count());
        Assert.Equal(joined.Except(left).Order(), room.State.Seats.Keys.Order());
    }

    private static void CheckRevisions(RoomBench room)
    {
        var facts = room.Told.Where(item => item.IsFact).Select(item => item.Rev).ToArray();
        Assert.Equal(Enumerable.Range(1, facts.Length).Select(rev => (long)rev), facts);
    }

    /// <summary>What a restart finds is what was there.</summary>
    private static void CheckRestored(RoomBench room)
    {
        var (lived, restored) = (room.State, room.Kept.Restore(room.State.Name, room.Now));
        Assert.Equal((lived.Config, lived.SessionId, lived.StartedAt, lived.Arrivals, lived.MostAtOnce),
            (restored.Config, restored.SessionId, restored.StartedAt, restored.Arrivals, restored.MostAtOnce));
        Assert.Equal(lived.Seats.Values.OrderBy(seat => seat.Order).Select(Lasting), restored.Seats.Values.OrderBy(seat => seat.Order).Select(Lasting));
        foreach (var seat in room.History.OfType<Seated>().Select(e => e.Seat))
        {
            Assert.Equal(lived.Declared(seat.Id), restored.Declared(seat.Id));
            Assert.Equal(lived.Exclusions.IsBanned(seat.Identity, room.Now), restored.Exclusions.IsBanned(seat.Identity, room.Now));
        }
        Assert.Equal(lived.Spotlight, restored.Spotlight);
    }

    private static object Lasting(Seat seat) =>
        (seat.Id, seat.Order, seat.Identity, seat.Role, seat.Granted, seat.Hidden, seat.HandRaisedAt, seat.KeyFingerprint, seat.ExpiresAt);

    /// <summary>Who follows the facts from the start knows the roster and the tracks.</summary>
    private static void CheckRoster(RoomBench room)
    {
        var (people, tracks) = (new Dictionary<string, ParticipantInfo>(), new Dictionary<string, TrackInfo>());
        foreach (var item in room.Told)
            Follow(item, people, tracks);
        var snapshot = RoomView.Snapshot(room.State, room.Settings);
        Assert.Equal(snapshot.Participants.Select(p => (p.Id, p.Role, p.State)).Order(), people.Values.Select(p => (p.Id, p.Role, p.State)).Order());
        Assert.Equal(snapshot.Tracks.Select(t => (t.TrackId, t.Muted)).Order(), tracks.Values.Select(t => (t.TrackId, t.Muted)).Order());
    }

    private static void Follow(FeedItem item, Dictionary<string, ParticipantInfo> people, Dictionary<string, TrackInfo> tracks)
    {
        switch (item)
        {
            case Joined e: people.Add(e.Participant.Id, e.Participant); break;
            case Updated e: people[e.Participant.Id] = e.Participant; break;
            case Departed e: Assert.True(people.Remove(e.ParticipantId)); break;
            case TrackAppeared e: tracks.Add(e.Track.TrackId, e.Track); break;
            case TrackChanged e: tracks[e.Track.TrackId] = e.Track; break;
            case TrackVanished e: Assert.True(tracks.Remove(e.TrackId)); break;
            case Dismissed { To: null }:
                people.Clear();
                tracks.Clear();
                break;
        }
    }
}
