using System.Buffers.Binary;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public class TickAllocationTests
{
    [Theory(DisplayName = "A tick of plain and protected legs of three codecs, with browsers, allocates nothing")]
    [InlineData(12)]
    [InlineData(2)]
    public void TicksAllocateNothing(int ownTracks)
    {
        var settings = new PhoneSettings { AdvertisedIPv4 = IPAddress.Parse(PhoneLab.Ours), OwnTracks = ownTracks };
        var parts = new PhoneParts(settings, new DtlsRoles(null, null), null, new Deaf()) { Time = TimeProvider.System, Log = NullLogger.Instance };
        var voices = new QuietVoices();
        var posted = new Queue<Action>();
        var room = new PhoneRoom(parts, "r", (_, _) => ValueTask.FromResult(new LocalAudioOpened(null, voices)), posted.Enqueue);
        var ports = new List<LoopPort>();
        var now = Instant.FromMilliseconds(1_000);
        foreach (var (codec, isProtected) in new[]
                 {
                     (VoiceCodec.Pcmu, false), (VoiceCodec.Opus, false), (VoiceCodec.G722, true), (VoiceCodec.Pcma, true), (VoiceCodec.Pcmu, false),
                 })
        {
            ports.Add(AddLeg(room, now, ports.Count, codec, isProtected));
        }

        var buffer = new byte[2048];
        Run(500); // warm up: delays are learnt, encoders made, sounds mixed
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.All(ports, port => Assert.True(port.Sent > 1_400));
        Assert.True(voices.Sent + voices.Levels > 4_000);
        Assert.Equal(ownTracks < ports.Count, voices.Levels > 4_000);

        void Run(int ticks)
        {
            for (var i = 0; i < ticks; i++)
            {
                while (posted.TryDequeue(out var act))
                {
                    act();
                }

                now = now.PlusMilliseconds(20);
                ports.ForEach(static port => port.IsDue = true);
                voices.IsDue = true;
                room.Tick(now, buffer);
            }
        }
    }

    private static LoopPort AddLeg(PhoneRoom room, Instant now, int index, VoiceCodec codec, bool isProtected)
    {
        var port = new LoopPort(20_000 + 2 * index, codec, isProtected);
        var leg = room.Add($"leg{index}", new PortPair(port, new LoopPort(port.Number + 1, codec, false) { IsSilent = true }));
        var keys = isProtected ? $"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{Convert.ToBase64String(new byte[30])}\r\n" : "";
        var sdp = Phones.Sdp.Plain("198.51.100.1:4000", codec, more: keys, protocol: isProtected ? "RTP/SAVP" : "RTP/AVP");
        Assert.Null(leg.Negotiate(now, new LegOffer("r", 1, leg.Id, sdp, false, "198.51.100.1", true, LegEncryption.Allow)).Error);
        leg.EnterMix($"tr_{index}", muted: false);
        return port;
    }

    private sealed class Deaf : ILegListener
    {
        public void OnLeg(LegEvent happened)
        {
            // Nobody asks.
        }
    }

    /// <summary>Gives one packet a tick, of one of 50 sounds made before.</summary>
    private sealed class LoopPort : IPhonePort
    {
        private static readonly TransportAddress From = Wire.Address("198.51.100.1:4000");
        private readonly byte[][] _sounds = new byte[50][];
        private readonly VoiceCodec _codec;
        private readonly SrtpSender? _keys;
        private uint _sequence = 1;

        public LoopPort(int number, VoiceCodec codec, bool isProtected)
        {
            (Number, _codec) = (number, codec);
            _keys = isProtected ? new SrtpSender(SrtpProfile.Aes128CmSha1_80, new byte[16], new byte[14]) : null;
            using var tone = new ToneMaker(codec, 440);
            for (var i = 0; i < _sounds.Length; i++)
            {
                _sounds[i] = tone.Next(Instant.FromMilliseconds(20 * i)).ToArray();
            }
        }

        public int Number { get; }

        public bool IsDue { get; set; }

        public bool IsSilent { get; init; }

        public int Sent { get; private set; }

        public bool TryReceive(Span<byte> buffer, out int length, out TransportAddress from)
        {
            (length, from) = (0, From);
            if (!IsDue || IsSilent)
            {
                return false;
            }

            IsDue = false;
            var sound = _sounds[_sequence % (uint)_sounds.Length];
            (buffer[0], buffer[1]) = (0x80, (byte)Phones.Sdp.PayloadType(_codec));
            BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)_sequence);
            BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], _sequence * (_codec == VoiceCodec.Opus ? 960u : 160u));
            BinaryPrimitives.WriteUInt32BigEndian(buffer[8..], (uint)Number);
            sound.CopyTo(buffer[12..]);
            length = 12 + sound.Length;
            length = _keys?.Protect(buffer, 12, length, 0) ?? length;
            _sequence++;
            return true;
        }

        public void Send(ReadOnlySpan<byte> datagram, in TransportAddress to) => Sent++;

        public void Dispose() => _keys?.Dispose();
    }

    /// <summary>One browser that speaks.</summary>
    private sealed class QuietVoices : ILocalAudio
    {
        private readonly byte[][] _sounds = new byte[50][];
        private uint _sequence;
        private int _published;

        public QuietVoices()
        {
            using var tone = new ToneMaker(VoiceCodec.Opus, 1_300);
            for (var i = 0; i < _sounds.Length; i++)
            {
                _sounds[i] = tone.Next(Instant.FromMilliseconds(20 * i)).ToArray();
            }
        }

        public bool IsHeard => true;

        public bool IsClosed => false;

        public bool IsDue { get; set; }

        public int Sent { get; private set; }

        public int Levels { get; private set; }

        public ValueTask<LocalVoice> PublishAsync(string peerId, string trackId, bool muted) => ValueTask.FromResult(new LocalVoice(null, ++_published));

        public ValueTask<LocalVoice> PublishMixAsync(string trackId) => ValueTask.FromResult(new LocalVoice(null, ++_published));

        public ValueTask UnpublishAsync(int voice) => ValueTask.CompletedTask;

        public bool IsMuted(int voice) => false;

        public bool TrySendLevel(int voice, uint timestamp, byte level)
        {
            Levels++;
            return true;
        }

        public bool TrySend(int voice, ReadOnlySpan<byte> payload, uint timestamp, byte level, bool marker)
        {
            Sent++;
            return true;
        }

        public bool TryReceive(Span<byte> payload, out LocalAudioPacket packet)
        {
            packet = default;
            if (!IsDue)
            {
                return false;
            }

            IsDue = false;
            var sound = _sounds[_sequence++ % (uint)_sounds.Length];
            sound.CopyTo(payload);
            packet = new LocalAudioPacket(1, _sequence, _sequence * 960, 20, false, sound.Length, false);
            return true;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
