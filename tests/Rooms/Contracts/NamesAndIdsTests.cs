using CsCheck;

namespace Sylk.Conference.Rooms.Tests;

public sealed class NamesAndIdsTests
{
    [Theory]
    [InlineData("standup", "standup")]
    [InlineData("StandUp", "standup")]
    [InlineData("a.b_c-9", "a.b_c-9")]
    public void A_room_name_is_case_folded(string text, string name)
    {
        Assert.True(RoomName.TryNormalize(text, out var normal));
        Assert.Equal(name, normal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("with space")]
    [InlineData("ünïcode")]
    [InlineData("a/b")]
    [InlineData("a%00")]
    [InlineData("admin")]
    [InlineData("WebRtcGateway")]
    [InlineData("r")]
    public void What_breaks_a_rule_or_is_reserved_names_no_room(string? text) => Assert.False(RoomName.TryNormalize(text, out _));

    [Fact]
    public void A_name_has_at_most_64_characters()
    {
        Assert.True(RoomName.TryNormalize(new string('a', 64), out _));
        Assert.False(RoomName.TryNormalize(new string('a', 65), out _));
    }

    [Fact]
    public void Random_names_are_names() => Assert.All(Enumerable.Range(0, 50), _ => Assert.True(RoomName.TryNormalize(RoomName.Random(), out var _)));

    [Fact]
    public void Ids_sort_by_time_of_making() => Gen.Int[0, 1_000_000_000].Select(Gen.Int[1, 1_000_000]).Sample((start, gap) =>
    {
        var early = DateTimeOffset.UnixEpoch.AddMilliseconds(start);
        return string.CompareOrdinal(Ids.New(Ids.Participant, early), Ids.New(Ids.Participant, early.AddMilliseconds(gap))) < 0;
    });

    [Fact]
    public void The_same_section_and_source_keep_their_track_id()
    {
        var id = Ids.New(Ids.Participant, DateTimeOffset.UnixEpoch);
        Assert.Equal(Ids.TrackOf(id, "3", "Camera"), Ids.TrackOf(id, "3", "Camera"));
        Assert.NotEqual(Ids.TrackOf(id, "3", "Camera"), Ids.TrackOf(id, "3", "Screen"));
        Assert.StartsWith("tr_", Ids.TrackOf(id, "3", "Camera"), StringComparison.Ordinal);
    }
}
