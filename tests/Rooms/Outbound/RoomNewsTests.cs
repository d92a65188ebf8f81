using System.Collections.Immutable;
using System.Text.Json;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

public sealed class RoomNewsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);

    private readonly RoomState _state = new("standup");
    private readonly List<OutboundEvent> _told = [];

    [Fact(DisplayName = "Product §6 A meeting is told in order, numbered from 1 without gaps")]
    public void A_meeting_is_told_in_order()
    {
        Happen(new Admit(Request("pt_1"), "ses_1"));
        Happen(new Observe(new TrackLive(1, "pt_1", "tr_1", TrackKind.Audio, TrackSource.Microphone, "opus", false)));
        Happen(new SetTrackMuted("pt_1", "tr_1", true));
        Happen(new LoseConnection("pt_1", "c-pt_1"));
        Happen(new EndRoom("pt_1", "over"));
        Assert.Equal(
            ["room.created", "room.started", "participant.joined", "track.published", "track.muted", "participant.reconnecting",
             "track.unpublished", "participant.left", "room.ended"],
            _told.Select(news => news.Type));
        var inSession = _told.Skip(1).ToList();
        Assert.Equal(Enumerable.Range(1, inSession.Count).Select(i => (long)i), inSession.Select(news => news.Sequence));
        Assert.All(inSession, news => Assert.Equal("ses_1", news.SessionId));
        Assert.All(_told, news => Assert.Equal(("standup", "nd_1"), (news.Room, news.Node)));
    }

    [Fact]
    public void Whoever_is_banned_has_left_as_banned()
    {
        Happen(new Admit(Request("pt_1"), "ses_1"));
        Happen(new Admit(Request("pt_2"), "ses_2"));
        Happen(new Remove("pt_1", "pt_2", BanLength.Session, null));
        var left = Data("participant.left");
        Assert.Equal(("pt_2", "banned", "pt_1"), (Text(left, "id"), Text(left, "reason"), Text(left, "by")));
    }

    [Fact(DisplayName = "TW-09 Of a private line outsiders hear that it was said, and of a hidden participant nothing")]
    public void Private_lines_and_hidden_people_stay_inside()
    {
        Happen(new Admit(Request("pt_1"), "ses_1"));
        Happen(new Admit(Request("pt_2"), "ses_2"));
        var before = _told.Count;
        Happen(new Admit(Request("pt_3") with { Hidden = true }, "ses_3"));
        Assert.Equal(before, _told.Count);
        Happen(Line("m1", "for all", null));
        Happen(Line("m2", "for two", "pt_2"));
        var lines = _told.Where(news => news.Type == "message.created").Select(news => news.Data).ToList();
        Assert.Contains("for all", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("for two", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("clientId", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_line_is_told_with_its_new_words_and_a_private_one_without_any()
    {
        Happen(new Admit(Request("pt_1"), "ses_1"));
        Happen(new Admit(Request("pt_2"), "ses_2"));
        Happen(Line("m1", "for all", null));
        Happen(Line("m2", "for two", "pt_2"));
        Happen(new EditChat("pt_1", "m1", "for everybody"));
        Assert.Equal(("m1", "for everybody", Now), (Text(Data("message.updated"), "id"), Text(Data("message.updated"), "content"), Data("message.updated").GetProperty("editedAt").GetDateTimeOffset()));
        Happen(new EditChat("pt_1", "m2", "for us two"));
        Assert.DoesNotContain("for us two", _told[^1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public void No_secret_of_the_settings_goes_out()
    {
        Happen(new Admit(Request("pt_1"), "ses_1"));
        Happen(new UpdateRoom("pt_1") { PasscodeHash = "the-hash", Title = "Plans" });
        var data = _told[^1];
        Assert.Equal("room.updated", data.Type);
        Assert.DoesNotContain("the-hash", data.Data, StringComparison.Ordinal);
        var updated = Data("room.updated");
        Assert.Equal(("Plans", "\"2\""), (Text(updated, "title"), Text(updated, "etag")));
        Assert.True(updated.GetProperty("access").GetProperty("passcodeSet").GetBoolean());
        Assert.Equal("passcode", Text(updated.GetProperty("access"), "mode"));
    }

    private JsonElement Data(string type) => JsonDocument.Parse(_told.Last(news => news.Type == type).Data).RootElement;

    private static string? Text(JsonElement data, string member) => data.GetProperty(member).GetString();

    private static PostChat Line(string id, string text, string? to) =>
        new() { ParticipantId = "pt_1", MessageId = id, ClientId = id, Content = text, To = to };

    private void Happen(RoomCommand command)
    {
        var decision = RoomModel.Decide(_state, command, RoomsSettings.Default, Now);
        Assert.Null(decision.Refusal);
        _told.AddRange(RoomNews.Of(_state, decision.Events, (_told.LastOrDefault()?.Sequence ?? 0, "nd_1", Now)));
        foreach (var happened in decision.Events)
            _state.Apply(happened);
    }

    private static JoinRequest Request(string id) => new()
    {
        ParticipantId = id,
        Kind = ParticipantKind.Web,
        DisplayName = id,
        ConnectionId = $"c-{id}",
        ResumeKey = $"key-{id}",
        Attributes = ImmutableSortedDictionary<string, string>.Empty,
    };
}
