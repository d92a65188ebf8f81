using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>Phones with a camera: what they show a room and what they are shown (VID-1 to VID-4).</summary>
public sealed class LocalVideoTests
{
    private static readonly PeerShape Viewer = new(PeerKind.Web, false, false, 3, 2);

    [Fact(DisplayName = "A phone's camera is an ordinary track: told of with its first packet, decoded by a page, its keyframe asked for, its clock reported")]
    public void Seen()
    {
        using var world = new World(700);
        var ann = world.Join("ann", Viewer);
        world.Run(1000);
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone");
        var camera = world.OpenLocalVideo(phone);
        Assert.Null(camera.Publish("tr_phone_v"));
        phones.Run(3000, camera);
        Assert.Equal(
            new TrackStarted(World.Room, 1, "phone", "tr_phone_v", TrackKind.Video, TrackSource.Camera, "VP8", false),
            world.Listener.Facts.OfType<TrackStarted>().Single(fact => fact.Kind == TrackKind.Video));
        var slot = ann.VideoSlots.Single(slot => slot.Packets > 0);
        Assert.InRange(slot.Picture!.FramesShown, 60, 75);
        Assert.InRange(camera.KeyframesAsked, 1, 3);
        Assert.Equal((0, 0), (slot.Picture.PictureIdFaults, slot.TimestampsBackwards));
        Assert.True(slot.HasReport, "no sender report came");
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }

    [Fact(DisplayName = "Another source of the phone goes on with its own keyframe; a muted camera is dropped before the room; an unpublished one is told of as ended")]
    public async Task Restarts()
    {
        using var world = new World(701);
        var ann = world.Join("ann", Viewer);
        var phones = world.OpenLocalAudio();
        var camera = world.OpenLocalVideo(phones.Join("phone"));
        camera.Publish("tr_phone_v");
        world.Run(1000);
        phones.Run(2000, camera);
        var slot = ann.VideoSlots.Single(slot => slot.Packets > 0);
        camera.Restart();
        slot.Picture!.ForgetFrozen();
        phones.Run(2000, camera);
        Assert.InRange(slot.Picture.FramesShown, 45, 50);

        world.Mute("tr_phone_v", true);
        phones.Run(100, camera);
        var packets = slot.Packets;
        phones.Run(1000, camera);
        Assert.Equal(packets, slot.Packets);
        world.Mute("tr_phone_v", false);
        phones.Run(1500, camera);
        Assert.True(slot.Packets > packets);

        var gone = camera.Video.UnpublishAsync().AsTask();
        phones.Run(100, camera);
        await gone;
        Assert.Equal("tr_phone_v", Assert.Single(world.Listener.Facts.OfType<TrackEnded>()).TrackId);
        Assert.Null(camera.Publish("tr_phone_v"));
        phones.Run(500, camera);
        Assert.Equal(2, world.Listener.Facts.OfType<TrackStarted>().Count(fact => fact.Kind == TrackKind.Video));
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }

    [Fact(DisplayName = "VID-1 A phone sees who speaks, never itself: one line of numbers, changed with keyframes only, nobody for less than two seconds")]
    public void Speaker()
    {
        using var world = new World(702);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone", level: 127);
        var camera = world.OpenLocalVideo(phone);
        camera.Publish("tr_phone_v");
        Assert.Null(camera.Watch());
        (ann.Microphone!.Level, ben.Microphone!.Level) = (20, 127);
        phones.Run(4000, camera);
        Assert.Equal(PayloadMark.Video(ann.Index), camera.Shown[^1].Sender);

        for (var turn = 0; turn < 6; turn++)
        {
            (ann.Microphone.Level, ben.Microphone.Level) = turn % 2 == 0 ? ((byte)127, (byte)20) : ((byte)20, (byte)127);
            phones.Run(turn < 3 ? 4000 : 1200, camera);
            if (turn < 3)
                Assert.Equal(PayloadMark.Video(turn % 2 == 0 ? ben.Index : ann.Index), camera.Shown[^1].Sender);
        }

        phone.Level = 10;
        (ann.Microphone.Level, ben.Microphone.Level) = (127, 127);
        phones.Run(4000, camera);
        Assert.DoesNotContain(camera.Shown, shown => shown.Sender == PayloadMark.Video(phone.Index));
        Assert.All(camera.Shown, shown => Assert.True(shown.IsKeyframe, "a picture began without a keyframe"));
        Assert.All(camera.Shown.Zip(camera.Shown.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= TimeSpan.FromSeconds(1.9)));
        Assert.Equal((0, 0, 0), (camera.NumberFaults, camera.Picture.PictureIdFaults, camera.Picture.TimestampFaults));
        Assert.True(camera.Picture.FramesShown > 300, $"{camera.Picture.FramesShown} pictures");
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }

    [Fact(DisplayName = "VID-1 A named track goes before who speaks; muted or gone, the speaker is shown again")]
    public void Named()
    {
        using var world = new World(703);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var phones = world.OpenLocalAudio();
        var camera = world.OpenLocalVideo(phones.Join("phone", level: 127));
        (ann.Microphone!.Level, ben.Microphone!.Level) = (20, 127);
        camera.Watch(360, "tr_unknown", ben.VideoTrack);
        phones.Run(3000, camera);
        Assert.Equal(PayloadMark.Video(ben.Index), camera.Shown[^1].Sender);
        world.Mute(ben.VideoTrack, true);
        phones.Run(1500, camera);
        Assert.Equal(PayloadMark.Video(ann.Index), camera.Shown[^1].Sender);
        world.Mute(ben.VideoTrack, false);
        phones.Run(1500, camera);
        Assert.Equal(PayloadMark.Video(ben.Index), camera.Shown[^1].Sender);
        world.Leave(ben);
        phones.Run(1500, camera);
        Assert.Equal(PayloadMark.Video(ann.Index), camera.Shown[^1].Sender);
    }

    [Fact(DisplayName = "What a phone does not decode it is not shown; paused it is shown nothing; its wish for a keyframe reaches the page")]
    public void Codecs()
    {
        using var world = new World(704);
        var ann = world.Join("ann", PeerShape.Person);
        var phones = world.OpenLocalAudio();
        var camera = world.OpenLocalVideo(phones.Join("phone"));
        camera.Watch(new LocalView([[UsualCodecs.H264]], 360, [], IsPaused: false));
        phones.Run(2000, camera);
        Assert.Empty(camera.Shown);
        camera.Watch();
        phones.Run(1000, camera);
        Assert.NotEmpty(camera.Shown);

        var asked = ann.KeyframesAsked;
        phones.Run(1500, camera);
        camera.Video.AskForKeyframe();
        phones.Run(500, camera);
        Assert.Equal(asked + 1, ann.KeyframesAsked);

        camera.Watch(new LocalView([LocalCameraman.Vp8], 360, [], IsPaused: true));
        phones.Run(100, camera);
        var shown = camera.Picture.FramesShown;
        phones.Run(1000, camera);
        Assert.Equal(shown, camera.Picture.FramesShown);
    }

    [Fact(DisplayName = "Video ends with the voice, with the room, and with another video of the same phone; nothing of it stays")]
    public void Ends()
    {
        using var world = new World(705);
        var ann = world.Join("ann", PeerShape.Person);
        world.Run(1000);
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone");
        var first = world.OpenLocalVideo(phone);
        first.Publish("tr_phone_v");
        first.Watch();
        phones.Run(1000, first);
        var second = world.OpenLocalVideo(phone);
        Assert.True(first.Video.IsClosed);
        Assert.Equal(MediaErrorCode.RoomNotOpen, first.Watch()!.Code);
        Assert.Null(second.Publish("tr_phone_v"));
        second.Watch();
        phones.Run(1000, second);
        Assert.NotEmpty(second.Shown);
        var room = world.Shard.Rooms[World.Room];
        Assert.Equal(1, room.FindTrack(ann.VideoTrack)!.SinkCount);

        phones.Leave(phone);
        Assert.True(second.Video.IsClosed);
        phones.Run(500, second);
        Assert.Equal(0, room.FindTrack(ann.VideoTrack)!.SinkCount);
        Assert.Null(room.FindTrack("tr_phone_v"));
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
        Assert.Equal(0, world.Shard.Counters.Dropped(DropReason.LocalRingFull));
    }

    [Fact(DisplayName = "A room on two shards: a phone sees and is seen across them")]
    public void TwoShards()
    {
        using var world = new World(706, shards: 2);
        var (ann, ben) = (world.Join("ann", PeerShape.Person, shard: 1), world.Join("ben", Viewer, shard: 1));
        world.Run(1000);
        var phones = world.OpenLocalAudio();
        var camera = world.OpenLocalVideo(phones.Join("phone"));
        camera.Publish("tr_phone_v");
        camera.Watch();
        phones.Run(4000, camera);
        Assert.True(camera.Picture.FramesShown > 60, $"{camera.Picture.FramesShown} pictures of Ann");
        Assert.All(new[] { ann, ben }, viewer => Assert.Contains(viewer.VideoSlots, slot => slot.Picture!.FramesShown > 60));
    }
}
