using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Audio;
using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.Load.Scenarios;

/// <summary>
/// How much later a phone hears another one than it would without the bridge: the phones' engine in this process with its own threads
/// and sockets, pairs of phones on loopback, one of each says 200 ms of a tone each second. A sample is where its packet's time and its
/// place in it put it, so that a program that only forwards adds nothing; the bridge's jitter buffer is within the figure.
/// </summary>
internal static class MouthToEar
{
    public const string Verb = "mouthtoear";
    private const string Host = "127.0.0.1";
    private const int PacketMs = 20, BurstPackets = 10, CyclePackets = 50;
    private const double Loud = 0.05;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Arguments arguments)
    {
        var codec = arguments.Text("codec", "pcmu") == "opus" ? VoiceCodec.Opus : VoiceCodec.Pcmu;
        var (count, seconds) = (arguments.Number("pairs", 10), arguments.Number("duration", 30));
        var settings = new PhoneSettings { Bind = IPAddress.Loopback, AdvertisedIPv4 = IPAddress.Loopback, FirstPort = 24_000, LastPort = 24_999, AllowedNetworks = static _ => true };
        await using var engine = new PhoneEngine(
            settings, static (_, _) => ValueTask.FromResult(new LocalAudioOpened(new MediaError(MediaErrorCode.RoomNotOpen, "no browsers here"), null)),
            static (_, _, _) => ValueTask.FromResult(default(LocalVideoOpened)), new NoListener(), NullLoggerFactory.Instance, TimeProvider.System);
        var pairs = new List<Pair>();
        for (var i = 0; i < count; i++)
            pairs.Add(new Pair(await CallAsync(engine, $"r{i}", "mouth", codec, i), await CallAsync(engine, $"r{i}", "ear", codec, i)));
        Run(pairs, Settle, TimeSpan.FromSeconds(seconds));
        var delays = pairs.SelectMany(static pair => pair.Delays).Order().ToArray();
        foreach (var pair in pairs)
            pair.Dispose();
        if (delays.Length == 0)
            throw new InvalidOperationException("Nobody heard anything.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{codec}, {count} pairs, {delays.Length} of {pairs.Sum(static pair => pair.Said)} onsets heard: median {delays[delays.Length / 2]:0.0} ms, p95 {delays[delays.Length * 95 / 100]:0.0}, max {delays[^1]:0.0} (bar 60 at the median, the jitter buffer's 20 to 40 within it)"));
    }

    /// <summary>One thread for all: it looks each half millisecond, which is as exact as the figures are.</summary>
    private static void Run(List<Pair> pairs, TimeSpan settle, TimeSpan time)
    {
        var began = MonotonicClock.Now;
        for (var now = began; now - began < settle + time; now = MonotonicClock.Now)
        {
            foreach (var pair in pairs)
                pair.Turn(now, isMeasured: now - began > settle);
            Thread.Sleep(TimeSpan.FromMilliseconds(0.5));
        }
    }

    private static async Task<Caller> CallAsync(PhoneEngine engine, string room, string leg, VoiceCodec codec, int number)
    {
        IPhonePort? port = null;
        for (var tried = 26_000; port is null; tried += 2)
            port = UdpPhonePort.TryOpen(IPAddress.Loopback, withIPv6: false, tried);
        var (type, map) = codec == VoiceCodec.Opus ? (96, "a=rtpmap:96 opus/48000/2\r\n") : (0, "");
        var offer = $"v=0\r\no=- 1 1 IN IP4 {Host}\r\ns=-\r\nc=IN IP4 {Host}\r\nt=0 0\r\nm=audio {port.Number} RTP/AVP {type}\r\n{map}a=rtcp-mux\r\n";
        var answer = await engine.NegotiateAsync(new LegOffer(room, 1, leg, offer, false, Host, false, LegEncryption.Off));
        if (answer.Error is not null || await engine.OrderAsync(new EnterMix(room, 1, leg, $"tr_{leg}", Muted: false)) is not null)
            throw new InvalidOperationException($"The call was refused: {answer.Error?.Detail}");
        var section = answer.Sdp[(answer.Sdp.IndexOf("m=audio ", StringComparison.Ordinal) + 8)..];
        var target = TransportAddress.From(new IPEndPoint(IPAddress.Loopback, int.Parse(section[..section.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture)));
        return new Caller(port, codec, (byte)type, target, (uint)(100 + number));
    }

    /// <summary>One who says and one who hears, at a phase of their own against the engine's turns.</summary>
    private sealed class Pair(Caller mouth, Caller ear) : IDisposable
    {
        private readonly TimeSpan _phase = TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * PacketMs);
        private Instant _due;
        private int _packets;
        private Instant? _saidAt;

        public List<double> Delays { get; } = [];

        public int Said { get; private set; }

        public void Turn(Instant now, bool isMeasured)
        {
            _due = _due == default ? now + _phase : _due;
            if (now >= _due)
            {
                var place = _packets++ % CyclePackets;
                mouth.Say(place < BurstPackets);
                ear.Say(false);
                if (place == 0)
                    (_saidAt, Said) = (isMeasured ? now : null, Said + (isMeasured ? 1 : 0));
                _due += TimeSpan.FromMilliseconds(PacketMs);
            }

            mouth.Listen();
            if (ear.Listen() is { } offset && _saidAt is { } said)
            {
                Delays.Add((now - said).TotalMilliseconds + offset);
                _saidAt = null;
            }
        }

        public void Dispose()
        {
            mouth.Dispose();
            ear.Dispose();
        }
    }

    private sealed class Caller(IPhonePort port, VoiceCodec codec, byte type, TransportAddress target, uint ssrc) : IDisposable
    {
        private readonly VoiceEncoder _encoder = VoiceEncoder.Create(new VoiceFormat(codec, PacketMs, 32_000, false, false, 0));
        private readonly VoiceDecoder _decoder = VoiceDecoder.Create(codec);
        private readonly byte[] _buffer = new byte[2048];
        private readonly float[] _pcm = new float[VoiceDecoder.LongestMs * 48];
        private ushort _number;
        private uint _timestamp;

        public void Say(bool tone)
        {
            var rate = VoiceClock.SampleRate(codec);
            var frame = _pcm.AsSpan(0, rate / 50);
            for (var i = 0; i < frame.Length; i++)
                frame[i] = tone ? (float)(0.25 * Math.Sin(2 * Math.PI * 1_000 * (i + 0.5) / rate)) : 0;
            var writer = new RtpHeaderWriter(_buffer);
            writer.WriteFixed(false, type, _number++, _timestamp, ssrc);
            _timestamp += (uint)(VoiceClock.RtpRate(codec) / 50);
            var length = _encoder.Encode(frame, _buffer.AsSpan(RtpPacket.FixedHeaderLength));
            port.Send(_buffer.AsSpan(0, RtpPacket.FixedHeaderLength + length), target);
        }

        /// <summary>Takes what came.</summary>
        /// <returns>Where in its packet the first loud sample was (ms); null when none was.</returns>
        public double? Listen()
        {
            double? found = null;
            while (port.TryReceive(_buffer, out var length, out _))
            {
                if (!RtpPacket.TryParse(_buffer.AsSpan(0, length), out var packet) || packet.PayloadType != type)
                    continue;
                var heard = _pcm.AsSpan(0, _decoder.Decode(packet.Payload, _pcm));
                for (var i = 0; i < heard.Length && found is null; i++)
                    found = Math.Abs(heard[i]) > Loud ? i * 1_000.0 / _decoder.SampleRate : null;
            }

            return found;
        }

        public void Dispose()
        {
            _encoder.Dispose();
            _decoder.Dispose();
            port.Dispose();
        }
    }

    private sealed class NoListener : ILegListener
    {
        public void OnLeg(LegEvent happened)
        {
        }
    }
}
