namespace Sylk.Conference.Rooms.Tests;

public sealed class PasscodeTests
{
    private const string Hash = "the-hash";

    private readonly PasscodeGuard _guard = new();
    private DateTimeOffset _now = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);

    [Fact(DisplayName = "Reliability §1.11 What is kept of a passcode is salted, and is not the passcode")]
    public void A_passcode_is_kept_as_a_salted_hash()
    {
        var stored = Passcodes.Hash("open sesame");
        Assert.DoesNotContain("sesame", stored, StringComparison.Ordinal);
        Assert.NotEqual(stored, Passcodes.Hash("open sesame"));
        Assert.True(Passcodes.Verify(stored, "open sesame"));
        Assert.False(Passcodes.Verify(stored, "open sesam"));
        Assert.False(Passcodes.Verify("nonsense", "open sesame"));
    }

    [Fact(DisplayName = "L18 Five wrong ones lock their source for 30 s, then a minute, up to an hour; others are not locked")]
    public void Five_wrong_ones_lock_their_source()
    {
        var length = TimeSpan.FromSeconds(30);
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 5; i++)
                Assert.True(Try("a", right: false));
            Assert.Equal((int)length.TotalMilliseconds, _guard.Begin("a", Hash, _now).Refusal!.RetryAfterMs);
            Assert.True(Try("b", right: true));
            _now += length - TimeSpan.FromMilliseconds(1);
            Assert.NotNull(_guard.Begin("a", Hash, _now).Refusal);
            _now += TimeSpan.FromMilliseconds(1);
            length *= 2;
        }
    }

    [Fact(DisplayName = "L18 After thirty wrong ones in an hour none is looked at, until an hour has passed")]
    public void After_thirty_none_is_looked_at()
    {
        for (var i = 0; i < 30; i++)
            Assert.True(Try($"s{i}", right: false));
        Assert.True(_guard.Begin("new", Hash, _now).Unchecked);
        _now += TimeSpan.FromHours(1);
        Assert.False(_guard.Begin("new", Hash, _now).Unchecked);
    }

    [Fact(DisplayName = "R-25 10,000 guesses from 20 sources in an hour: at most 30 are looked at")]
    public void Guesses_are_bounded()
    {
        var looked = 0;
        for (var i = 0; i < 10_000; i++)
        {
            looked += Try($"s{i % 20}", right: false) ? 1 : 0;
            _now += TimeSpan.FromMilliseconds(350);
        }
        Assert.InRange(looked, 1, 30);
    }

    [Fact(DisplayName = "R-25 Tries at the same moment count before they are answered; one that is never answered counts as wrong")]
    public void Tries_count_from_their_beginning()
    {
        var chances = Enumerable.Range(0, 100).Select(i => _guard.Begin($"s{i}", Hash, _now)).ToList();
        Assert.Equal(30, chances.Count(chance => chance is { Refusal: null, Unchecked: false }));
        var alone = new PasscodeGuard();
        Assert.Equal(5, Enumerable.Range(0, 50).Count(_ => alone.Begin("x", Hash, _now).Refusal is null));
        _now += TimeSpan.FromSeconds(10);
        Assert.True(_guard.Begin("late", Hash, _now).Unchecked);
    }

    [Fact(DisplayName = "R-25 When guessing has exhausted the room, a passcode leads to the waiting room, right or wrong")]
    public void The_exhausted_room_asks_a_moderator()
    {
        var room = Guarded(out var host);
        Assert.Null(Show(room, "pt_v", new(Right: false, Unchecked: true, Hash)));
        Assert.Contains("pt_v", room.State.Waiting.People.Keys);
        Assert.Null(room.Do(new AdmitWaiting(host, "pt_v")));
        Assert.Contains("pt_v", room.State.Seats.Keys);
    }

    [Fact]
    public void A_passcode_is_asked_for_looked_at_and_may_change_meanwhile()
    {
        var room = Guarded(out var host);
        Assert.Equal(ErrorCodes.PasscodeRequired, Show(room, "pt_1", null));
        Assert.Equal(ErrorCodes.PasscodeInvalid, Show(room, "pt_1", new(false, false, Hash)));
        Assert.Null(Show(room, "pt_1", new(true, false, Hash)));
        room.Do(new UpdateRoom(host) { PasscodeHash = "another" });
        Assert.Equal(ErrorCodes.PasscodeInvalid, Show(room, "pt_2", new(true, false, Hash)));
        room.Do(new UpdateRoom(host) { PasscodeHash = "" });
        Assert.Null(Show(room, "pt_2", null));
    }

    [Fact]
    public void Nobody_becomes_moderator_of_an_empty_room_by_an_unseen_passcode()
    {
        var room = Guarded(out var host);
        room.Do(new Leave(host));
        Show(room, "pt_v", new(false, true, Hash));
        Assert.Empty(room.State.Seats);
    }

    private static RoomBench Guarded(out string host)
    {
        var room = new RoomBench();
        host = room.Join();
        room.Do(new UpdateRoom(host) { PasscodeHash = Hash });
        return room;
    }

    private static string? Show(RoomBench room, string id, PasscodeProof? proof) => room.Do(new Admit(
        new JoinRequest
        {
            ParticipantId = id,
            Kind = ParticipantKind.Web,
            DisplayName = id,
            ConnectionId = $"c-{id}",
            ResumeKey = $"key-{id}",
            Passcode = proof,
        },
        "ses_x"));

    /// <returns>True when it was looked at.</returns>
    private bool Try(string source, bool right)
    {
        if (_guard.Begin(source, Hash, _now) is not { Refusal: null, Unchecked: false })
            return false;
        _guard.End(source, right, _now);
        return true;
    }
}
