using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>A leg's video between the wire and the media engine (section 9.11).</summary>
public sealed class LegCameraTests
{
    private const string Phone = "198.51.100.1", Camera = $"{Phone}:4002";
    private const uint TheirSsrc = 99;
    private const string AllFeedback = "a=rtcp-fb:97 nack\r\na=rtcp-fb:97 nack pli\r\na=rtcp-fb:97 ccm fir\r\n";

    private readonly FakeVideo _video = new();
    private TransportAddress _target;

    [Fact(DisplayName = "Packets of the camera reach the room with their numbers once it has a track, under the place of their format; another source says so")]
    public void Sends()
    {
        using var lab = Lab(out var leg, out var port, AllFeedback);
        Rtp(port, 65_535, 9_000);
        lab.Run(0.1);
        Assert.Empty(_video.Cameras); // the room has not said under which track
        lab.Obey(new EnterVideo("r", 1, "anna", "tr_cam", Muted: true));
        lab.Run(0.1);
        var camera = Assert.Single(_video.Cameras)!;
        Assert.Equal(("tr_cam", true, "VP8"), (camera.TrackId, camera.Muted, Assert.Single(camera.Formats).Name));
        _video.Sent.Clear();
        Rtp(port, 0, 12_000);
        Rtp(port, 1, 15_000, ssrc: 7);
        Rtp(port, 2, 15_000, payloadType: 98);
        lab.Run(0.1);
        Assert.Equal(2, _video.Sent.Count);
        var (first, second) = (_video.Sent[0].Packet, _video.Sent[1].Packet);
        Assert.Equal((0, 65_536L, 12_000u, false), (first.Format, first.Sequence, first.Timestamp, first.IsNewStream));
        Assert.True(second.IsNewStream);
        Assert.Equal(1, leg.Camera!.Dropped);
    }

    [Fact(DisplayName = "VID-5 An H.264 camera's described parameter sets go to the room before an IDR picture without them; numbers after them move on, those before do not")]
    public void ParameterSetsGoBefore()
    {
        byte[] sequence = [0x67, 0x42, 0xE0, 0x1F, 0xDA], picture = [0x68, 0xCE, 0x3C, 0x80], idr = [0x65, 0x88, 1], delta = [0x61, 0x88, 1];
        var (d, s, p, i) = (Convert.ToHexString(delta), Convert.ToHexString(sequence), Convert.ToHexString(picture), Convert.ToHexString(idr));
        var sprop = $"{Convert.ToBase64String(sequence)},{Convert.ToBase64String(picture)}";
        using var lab = Lab(out _, out var port, "", "m=video 4002 RTP/AVPF 97\r\na=rtpmap:97 H264/90000\r\n"
            + $"a=fmtp:97 profile-level-id=42e01f;packetization-mode=1;sprop-parameter-sets={sprop}\r\na=rtcp-mux\r\na=sendrecv\r\n");
        lab.Obey(new EnterVideo("r", 1, "anna", "tr_cam", Muted: false));
        lab.Run(0.1);
        Rtp(port, 10, 0, payload: delta);
        Rtp(port, 12, 6_000, payload: idr);
        Rtp(port, 11, 3_000, payload: delta);
        Rtp(port, 13, 9_000, payload: delta);
        Rtp(port, 14, 12_000, payload: idr);
        lab.Run(0.1);
        var first = _video.Sent[0].Packet.Sequence;
        Assert.Equal(
            [(0L, d, 0u, true), (2, s, 6_000u, false), (3, p, 6_000u, false), (4, i, 6_000u, true), (1, d, 3_000u, true),
                (5, d, 9_000u, true), (6, s, 12_000u, false), (7, p, 12_000u, false), (8, i, 12_000u, true)],
            _video.Sent.Select(sent => (sent.Packet.Sequence - first, Convert.ToHexString(sent.Payload), sent.Packet.Timestamp, sent.Packet.Marker)));
    }

    [Fact(DisplayName = "What is shown goes out under the phone's number of the format, with one source and one line of numbers also when the engine's begin anew")]
    public void Shows()
    {
        using var lab = Lab(out _, out var port, AllFeedback);
        Assert.Equal((360, false), (_video.Views[^1].Lines, _video.Views[^1].IsPaused));
        for (var i = 0; i < 3; i++)
            _video.Show(5_000 + i, (uint)(i * 3_000), [1, 2, (byte)i]);
        lab.Run(0.1);
        var closed = _video.IsClosed = true;
        var next = new FakeVideo();
        lab.OpenVideo = () => new LocalVideoOpened(null, next);
        lab.Run(1.5);
        for (var i = 0; i < 2; i++)
            next.Show(70 + i, (uint)(900_000 + (i * 3_000)), [3, (byte)i]);
        lab.Run(0.1);
        var heard = Read(port);
        Assert.Equal(5, heard.Count);
        Assert.True(closed);
        Assert.All(heard, packet => Assert.Equal((97, heard[0].Ssrc), (packet.PayloadType, packet.Ssrc)));
        Assert.Equal(Enumerable.Range(heard[0].Sequence, 5), heard.Select(packet => (int)packet.Sequence));
        Assert.Equal([0u, 3_000u, 6_000u], heard.Take(3).Select(packet => packet.Timestamp - heard[0].Timestamp));
        Assert.True((int)(heard[3].Timestamp - heard[2].Timestamp) > 0);
    }

    [Fact(DisplayName = "VID-3 A PLI, and a FIR of a new number for our source, ask the room for a keyframe; NACK is answered with the same bytes, three times at most")]
    public void Feedback()
    {
        using var lab = Lab(out _, out var port, AllFeedback);
        _video.Show(5_000, 0, [1, 2, 3]);
        lab.Run(0.1);
        var sent = Assert.Single(Read(port));
        var before = lab.Wire.Sent.Count(packet => packet.To == Wire.Address(Camera));
        Rtp(port, 1, 0);
        Rtcp(port, buffer => { var writer = new RtcpWriter(buffer); writer.AppendPli(TheirSsrc, sent.Ssrc); return writer.Length; });
        foreach (var number in (byte[])[1, 1, 2])
            Rtcp(port, buffer => { var writer = new RtcpWriter(buffer); writer.AppendFir(TheirSsrc, new FirEntry(sent.Ssrc, number)); return writer.Length; });
        Rtcp(port, buffer => { var writer = new RtcpWriter(buffer); writer.AppendFir(TheirSsrc, new FirEntry(1, 9)); return writer.Length; });
        lab.Run(0.1);
        Assert.Equal(3, _video.KeyframesAsked);

        for (var i = 0; i < 5; i++)
            Rtcp(port, buffer => { var writer = new RtcpWriter(buffer); writer.AppendNack(TheirSsrc, sent.Ssrc, [sent.Sequence, (ushort)(sent.Sequence + 50)]); return writer.Length; });
        lab.Run(0.1);
        var again = lab.Wire.Sent.Where(packet => packet.To == Wire.Address(Camera)).Skip(before).Select(packet => packet.Bytes)
            .Where(bytes => RtpPacket.TryParse(bytes, out var packet) && packet.PayloadType == 97 && packet.SequenceNumber == sent.Sequence).ToList();
        Assert.Equal(3, again.Count);
        lab.Obey(new RefreshPicture("r", 1, "anna"));
        Assert.Equal(4, _video.KeyframesAsked);
    }

    [Theory(DisplayName = "VID-3 The room's wish for a keyframe goes out as PLI, else as FIR with rising numbers, else by signalling at most once a second")]
    [InlineData(AllFeedback, 4, 0, 0)]
    [InlineData("a=rtcp-fb:97 ccm fir\r\n", 0, 4, 0)]
    [InlineData("", 0, 0, 2)]
    public void Wishes(string feedback, int plis, int firs, int infos)
    {
        using var lab = Lab(out _, out var port, feedback);
        Rtp(port, 1, 0);
        lab.Run(0.1);
        for (var i = 0; i < 4; i++)
        {
            _video.WantsKeyframe = true;
            lab.Run(0.4);
        }

        var (seenPlis, numbers) = (0, new List<int>());
        foreach (var sent in lab.Wire.Sent.Where(packet => packet.To == Wire.Address(Camera)))
        {
            var reader = new RtcpReader(sent.Bytes);
            while (reader.TryRead(out var block))
            {
                seenPlis += block.PacketType == RtcpPacketType.PayloadFeedback && block.TryGetPli(out var pli) && pli.MediaSsrc == TheirSsrc ? 1 : 0;
                if (block.PacketType == RtcpPacketType.PayloadFeedback && block.TryGetFir(out var fir) && fir.Entry(0).Ssrc == TheirSsrc)
                    numbers.Add(fir.Entry(0).Sequence);
            }
        }

        Assert.Equal((plis, infos), (seenPlis, lab.Events.OfType<LegWantsPicture>().Count()));
        Assert.Equal(Enumerable.Range(1, firs), numbers);
    }

    [Fact(DisplayName = "Held, nothing is taken or shown, and the room decides anew about the camera; without video in the answer its ports are free again")]
    public void Held()
    {
        using var lab = Lab(out var leg, out var port, AllFeedback);
        lab.Obey(new EnterVideo("r", 1, "anna", "tr_cam", Muted: false));
        lab.Run(0.1);
        Assert.False(lab.Offer(leg, Description(AllFeedback, "sendonly")).SeesVideo);
        Rtp(port, 5, 0);
        lab.Run(0.1);
        Assert.Null(_video.Cameras[^1]);
        Assert.True(_video.Views[^1].IsPaused);
        Assert.Empty(_video.Sent);
        Assert.True(lab.Offer(leg, Description(AllFeedback)).SeesVideo);
        lab.Run(0.1);
        Assert.Null(_video.Cameras[^1]);
        Assert.False(_video.Views[^1].IsPaused);

        var other = lab.AddLeg("bert");
        var answer = lab.Offer(other, Description("", video: "m=video 4002 RTP/AVP 31\r\n"));
        Assert.Null(answer.Error);
        Assert.False(answer.HasVideo);
        Assert.Null(other.Camera);
        Assert.Contains("m=video 0 RTP/AVP 31", answer.Sdp, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Sip:Video off answers port 0")]
    public void Off()
    {
        using var lab = new PhoneLab(new PhoneSettings { Video = false });
        var answer = lab.Offer(lab.AddLeg("anna"), Description(AllFeedback));
        Assert.Contains("m=video 0 RTP/AVPF 97", answer.Sdp, StringComparison.Ordinal);
        Assert.False(answer.HasVideo);
    }

    /// <summary>A phone with a camera that is in its room's mix.</summary>
    [Fact(DisplayName = "A call of ours offers video with ports of its own; answered with a camera it is the room's, without one the ports are given back")]
    public void Placed()
    {
        using var lab = new PhoneLab { OpenAudio = () => new LocalAudioOpened(null, new FakeVoices()), OpenVideo = () => new LocalVideoOpened(null, _video) };
        for (var i = 0; i < 10; i++)
        {
            var plain = lab.AddLeg($"p{i}"); // the pool has fewer pairs than that
            Assert.Contains("m=video ", Place(plain).Sdp, StringComparison.Ordinal);
            var without = lab.Offer(plain, Phones.Sdp.Plain($"{Phone}:4000", VoiceCodec.Pcmu) + "m=video 0 RTP/AVP 97\r\n", isAnswer: true, source: Phone);
            Assert.True(without is { Error: null, HasVideo: false });
            Assert.Null(plain.Camera);
        }

        var leg = lab.AddLeg("anna");
        Assert.True(SdpParser.TryParse(Place(leg).Sdp, out var session, out _));
        var answer = lab.Offer(leg, Description(AllFeedback), isAnswer: true, source: Phone);
        Assert.True(answer is { Error: null, HasVideo: true, SeesVideo: true });
        leg.Answered(lab.Now);
        var port = lab.Wire.Open(Camera);
        _target = Wire.Address($"{PhoneLab.Ours}:{session.Media[1].Port}");
        lab.Obey(new EnterMix("r", 1, "anna", "tr_anna", Muted: false));
        lab.Obey(new EnterVideo("r", 1, "anna", "tr_cam", Muted: false));
        lab.Run(0.1);
        Rtp(port, 1, 9_000, payloadType: 120);
        lab.Run(0.1);
        Assert.Equal("tr_cam", Assert.Single(_video.Cameras)!.TrackId);
        Assert.Single(_video.Sent);

        LegAnswer Place(PhoneLeg called) =>
            called.Negotiate(lab.Now, new LegOffer("r", 1, called.Id, null, false, Phone, true, LegEncryption.Off) { OffersVideo = true });
    }

    private PhoneLab Lab(out PhoneLeg leg, out Wire.Port port, string feedback, string? video = null)
    {
        var lab = new PhoneLab { OpenAudio = () => new LocalAudioOpened(null, new FakeVoices()), OpenVideo = () => new LocalVideoOpened(null, _video) };
        leg = lab.AddLeg("anna");
        var answer = lab.Offer(leg, Description(feedback, video: video), source: Phone);
        Assert.True(answer is { Error: null, HasVideo: true, SeesVideo: true });
        port = lab.Wire.Open(Camera);
        Assert.True(SdpParser.TryParse(answer.Sdp, out var session, out _));
        _target = Wire.Address($"{PhoneLab.Ours}:{session.Media[1].Port}");
        lab.Obey(new EnterMix("r", 1, "anna", "tr_anna", Muted: false));
        lab.Run(0.3);
        return lab;
    }

    private static string Description(string feedback, string direction = "sendrecv", string? video = null) => Phones.Sdp.Plain($"{Phone}:4000", VoiceCodec.Pcmu, direction)
        + (video ?? $"m=video 4002 RTP/AVPF 97\r\na=rtpmap:97 VP8/90000\r\n{feedback}a=rtcp-mux\r\na={direction}\r\n");

    private void Rtp(Wire.Port port, ushort sequence, uint timestamp, uint ssrc = TheirSsrc, byte payloadType = 97, byte[]? payload = null)
    {
        var datagram = (byte[])[.. new byte[RtpPacket.FixedHeaderLength], .. payload ?? new byte[3]];
        var writer = new RtpHeaderWriter(datagram);
        writer.WriteFixed(true, payloadType, sequence, timestamp, ssrc);
        port.Send(datagram, _target);
    }

    private void Rtcp(Wire.Port port, Func<byte[], int> write)
    {
        var buffer = new byte[200];
        port.Send(buffer.AsSpan(0, write(buffer)), _target);
    }

    private static List<(int PayloadType, ushort Sequence, uint Timestamp, uint Ssrc)> Read(Wire.Port port)
    {
        var heard = new List<(int, ushort, uint, uint)>();
        var buffer = new byte[2048];
        while (port.TryReceive(buffer, out var length, out _))
        {
            if (length > 1 && (buffer[1] & 0x7F) is >= 96 and < 126 && RtpPacket.TryParse(buffer.AsSpan(0, length), out var packet))
                heard.Add((packet.PayloadType, packet.SequenceNumber, packet.Timestamp, packet.Ssrc));
        }

        return heard;
    }
}
