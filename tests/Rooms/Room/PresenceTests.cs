using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

public sealed class PresenceTests
{
    [Fact(DisplayName = "B8.1 Whoever vanishes is reconnecting for 30 s, then leaves exactly once")]
    public void Whoever_vanishes_leaves_once()
    {
        var room = new RoomBench();
        var alice = room.Join();
        room.Join();
        room.Do(new LoseConnection(alice, $"c-{alice}"));
        Assert.Equal(ParticipantState.Reconnecting, room.Last<Updated>().Participant.State);
        room.Wait(29.9);
        Assert.DoesNotContain(room.Told, item => item is Departed);
        room.Wait(0.1);
        room.Wait(100);
        var left = Assert.Single(room.Told.OfType<Departed>());
        Assert.Equal((alice, "timeout"), (left.ParticipantId, left.Reason));
    }

    [Fact]
    public void Leaving_is_at_once_and_takes_the_tracks_along()
    {
        var room = new RoomBench();
        var alice = room.Join();
        var track = room.Track(alice);
        Assert.Null(room.Do(new Leave(alice)));
        Assert.Equal(track, room.Last<TrackVanished>().TrackId);
        Assert.Equal("left", room.Last<Departed>().Reason);
        Assert.Equal(ErrorCodes.CapabilityMissing, room.Do(new Leave(alice)));
    }

    [Fact]
    public void Losing_an_old_connection_changes_nothing()
    {
        var room = new RoomBench();
        var alice = room.Join();
        room.Resume($"key-{alice}", "key-2", "c-new");
        room.Do(new LoseConnection(alice, $"c-{alice}"));
        Assert.Equal(ParticipantState.Active, room[alice].State);
    }

    [Fact(DisplayName = "F-04 A dead node ends the calls it answered at once; its pages are reconnecting, others notice nothing")]
    public void A_dead_node_ends_its_calls()
    {
        var room = new RoomBench();
        var page = room.Join(node: "nd_a");
        var phone = room.Join(kind: ParticipantKind.Sip, node: "nd_a");
        var text = room.Join(kind: ParticipantKind.Msrp, node: "nd_a");
        var other = room.Join(kind: ParticipantKind.Sip, node: "nd_b");
        room.Do(new LoseNode("nd_a"));
        Assert.Equal([(phone, "nodeLost"), (text, "nodeLost")], room.Told.OfType<Departed>().Select(gone => (gone.ParticipantId, gone.Reason)));
        Assert.Equal(ParticipantState.Reconnecting, room[page].State);
        Assert.Equal(ParticipantState.Active, room[other].State);
    }

    [Fact(DisplayName = "F-04 Who has come back by another node before the death was known stays")]
    public void Who_came_back_stays()
    {
        var room = new RoomBench();
        var page = room.Join(node: "nd_a");
        room.Resume($"key-{page}", "key-2", "c-new");
        room.Do(new LoseNode("nd_a"));
        Assert.Equal(ParticipantState.Active, room[page].State);
    }

    [Fact]
    public void Lost_media_alone_removes_no_browser_but_asks_it_to_offer_again()
    {
        var room = new RoomBench();
        var alice = room.Join();
        room.Do(new Observe(new PathDown(1, alice)));
        var asked = room.Last<RenegotiationNeeded>();
        Assert.Equal((alice, true), (asked.To, asked.IceRestart));
        room.Wait(600);
        Assert.Equal(ParticipantState.Active, room[alice].State);
    }

    [Fact]
    public void A_bot_lives_by_its_media()
    {
        var room = new RoomBench();
        var bot = room.Join(kind: ParticipantKind.Bot);
        room.Wait(10);
        room.Do(new Observe(new PathUp(1, bot)));
        room.Wait(600);
        Assert.Contains(bot, room.State.Seats.Keys);
        room.Do(new Observe(new PathDown(1, bot)));
        room.Wait(29);
        Assert.Contains(bot, room.State.Seats.Keys);
        room.Do(new Observe(new PathUp(1, bot)));
        room.Wait(29);
        room.Do(new Observe(new PathDown(1, bot)));
        room.Wait(30);
        Assert.Equal("mediaLost", room.Last<Departed>().Reason);
    }

    [Fact]
    public void A_bot_that_never_connects_goes_after_30_s()
    {
        var room = new RoomBench();
        room.Join(kind: ParticipantKind.Bot);
        room.Wait(30);
        Assert.Empty(room.State.Seats);
    }

    [Fact]
    public void An_empty_room_ends_after_the_departure_timeout()
    {
        var room = new RoomBench();
        room.Do(new Leave(room.Join()));
        room.Wait(19.9);
        Assert.NotNull(room.State.SessionId);
        room.Wait(0.1);
        Assert.Null(room.State.SessionId);
    }

    [Fact]
    public void Coming_back_in_time_keeps_the_session()
    {
        var room = new RoomBench();
        room.Do(new Leave(room.Join()));
        var session = room.State.SessionId;
        room.Wait(10);
        room.Join();
        room.Wait(60);
        Assert.Equal(session, room.State.SessionId);
    }

    [Fact]
    public void After_60_s_without_a_moderator_the_longest_present_takes_over()
    {
        var room = new RoomBench();
        var alice = room.Join();
        var bob = room.Join();
        room.Join();
        room.Do(new Leave(alice));
        room.Wait(59);
        Assert.Equal(ParticipantRole.Member, room[bob].Role);
        room.Wait(1);
        Assert.Equal(ParticipantRole.Moderator, room[bob].Role);
        Assert.Equal(bob, room.Last<SelfChanged>().To);
        Assert.Single(room.State.Seats.Values, seat => seat.Role == ParticipantRole.Moderator);
    }

    [Fact]
    public void Nobody_who_is_reconnecting_takes_over()
    {
        var room = new RoomBench();
        var alice = room.Join();
        var bob = room.Join();
        var carol = room.Join();
        room.Do(new Leave(alice));
        room.Wait(50);
        room.Do(new LoseConnection(bob, $"c-{bob}"));
        room.Wait(10);
        Assert.Equal(ParticipantRole.Moderator, room[carol].Role);
    }

    [Fact]
    public void A_raised_hand_keeps_its_time()
    {
        var room = new RoomBench();
        var alice = room.Join();
        var raised = room.Now;
        room.Do(new UpdateSelf(alice, null, HandRaised: true, null, null));
        room.Wait(5);
        room.Do(new UpdateSelf(alice, null, HandRaised: true, null, Away: true));
        Assert.Equal(raised, room.Last<Updated>().Participant.HandRaisedAt);
        room.Do(new UpdateSelf(alice, null, HandRaised: false, null, null));
        Assert.Null(room.Last<Updated>().Participant.HandRaisedAt);
    }

    [Fact]
    public void An_update_that_changes_nothing_is_told_to_nobody()
    {
        var room = new RoomBench();
        var alice = room.Join();
        var rev = room.State.Rev;
        Assert.Null(room.Do(new UpdateSelf(alice, alice, false, null, false)));
        Assert.Equal(rev, room.State.Rev);
    }

    [Fact]
    public void A_track_exists_for_others_when_its_first_packet_came()
    {
        var room = new RoomBench();
        var alice = room.Join();
        var id = Ids.TrackOf(alice, "0", "Camera");
        room.Do(new DeclareTracks(alice, [new TrackDeclaration("0", TrackSource.Camera, Name: "front", TrackId: id)]));
        Assert.Empty(room.State.Tracks);
        room.Track(alice, TrackSource.Camera);
        Assert.Equal("front", room.Last<TrackAppeared>().Track.Name);
        Assert.False(room.State.MutedOf(alice).Video);
        room.Do(new Observe(new TrackGone(1, alice, id)));
        Assert.True(room.State.MutedOf(alice).Video);
    }

    [Fact(DisplayName = "TW-07 Facts about strangers' tracks are not believed")]
    public void A_track_can_be_ended_by_its_owner_only()
    {
        var room = new RoomBench();
        var (alice, bob) = (room.Join(), room.Join());
        var track = room.Track(alice);
        room.Do(new Observe(new TrackGone(1, bob, track)));
        Assert.Contains(track, room.State.Tracks.Keys);
    }
}
