using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>A room with phones in virtual time, without sockets.</summary>
internal sealed class PhoneLab : ILegListener, IDisposable
{
    public const string Ours = "192.0.2.1";

    private readonly DtlsIdentity _identity = DtlsIdentity.Create(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly DtlsContext _server;
    private readonly DtlsContext _client;
    private readonly PhoneParts _parts;
    private readonly byte[] _buffer = new byte[2048];
    private readonly Queue<Action> _posted = [];
    private int _nextPort = 20_000;

    public PhoneLab(PhoneSettings? settings = null)
    {
        settings ??= new PhoneSettings();
        settings = settings with { AdvertisedIPv4 = System.Net.IPAddress.Parse(Ours), Mixer = settings.Mixer with { AutomaticGain = false } };
        _server = new DtlsContext(_identity, DtlsRole.Server) { FollowsWallClock = false };
        _client = new DtlsContext(_identity, DtlsRole.Client) { FollowsWallClock = false };
        var fingerprint = Fingerprint.FromHash(_identity.Fingerprint.Algorithm, _identity.Fingerprint.Value.AsSpan());
        _parts = new PhoneParts(settings, new DtlsRoles(_server, _client), fingerprint, this)
        {
            Time = TimeProvider.System,
            Log = NullLogger.Instance,
            Pool = new PortPool(30_000, 30_009, number => Wire.Open($"{Ours}:{number}")),
            OpenVideo = (_, _, _) => ValueTask.FromResult(OpenVideo()),
        };
        Room = new PhoneRoom(_parts, "r", (_, _) => ValueTask.FromResult(OpenAudio()), _posted.Enqueue);
    }

    public Wire Wire { get; } = new();

    public PhoneRoom Room { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000);

    public List<LegEvent> Events { get; } = [];

    public List<ScriptedPhone> Phones { get; } = [];

    /// <summary>What the media engine gives when it is asked for the room's voices.</summary>
    public Func<LocalAudioOpened> OpenAudio { get; set; } = () => new LocalAudioOpened(new MediaError(MediaErrorCode.RoomNotOpen, ""), null);

    public Func<LocalVideoOpened> OpenVideo { get; set; } = () => default;

    public void OnLeg(LegEvent happened) => Events.Add(happened);

    public PhoneLeg AddLeg(string id)
    {
        var number = _nextPort;
        _nextPort += 2;
        return Room.Add(id, new PortPair(Wire.Open($"{Ours}:{number}"), Wire.Open($"{Ours}:{number + 1}")));
    }

    public LegAnswer Offer(PhoneLeg leg, string? sdp, bool isAnswer = false, LegEncryption encryption = LegEncryption.Allow, bool isSecureHop = true, string source = "198.51.100.1") =>
        leg.Negotiate(Now, new LegOffer("r", 1, leg.Id, sdp, isAnswer, source, isSecureHop, encryption));

    /// <summary>A plain phone at an address, in the room's mix, with its answer taken.</summary>
    public ScriptedPhone Plain(string id, string address, VoiceCodec codec, double frequency, bool inMix = true)
    {
        var leg = AddLeg(id);
        var answer = Offer(leg, Sdp.Plain(address, codec), source: address.Split(':')[0]);
        Assert.Null(answer.Error);
        var phone = new ScriptedPhone(Wire.Open(address), codec, frequency) { PayloadType = Sdp.PayloadType(codec), Target = Sdp.TargetOf(answer.Sdp) };
        Phones.Add(phone);
        if (inMix)
        {
            leg.EnterMix($"tr_{id}", muted: false);
        }

        return phone;
    }

    public MediaError? Obey(LegOrder order) => Room.Obey(Now, order);

    public DtlsSession ClientSession(string answer)
    {
        Assert.True(SdpParser.TryParse(answer, out var session, out _));
        var print = session.FingerprintsOf(session.Media[0])[0];
        return new DtlsSession(_client, DtlsRole.Client, [new CertificateFingerprint(print.Algorithm, [.. print.ToHash()])]);
    }

    public string OurFingerprint => _parts.Fingerprint!.ToText();

    public void Run(double seconds)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            Now = Now.PlusMilliseconds(20);
            while (_posted.TryDequeue(out var posted))
            {
                posted();
            }

            foreach (var phone in Phones)
            {
                phone.Tick(Now);
            }

            Room.Tick(Now, _buffer);
        }
    }

    public void Clear() => Phones.ForEach(phone => phone.Meter.Clear());

    public void Dispose()
    {
        Phones.ForEach(phone => phone.Dispose());
        Room.CloseAll(Now);
        Room.Dispose();
        _server.Dispose();
        _client.Dispose();
        _identity.Dispose();
    }
}

/// <summary>Descriptions phones send.</summary>
internal static class Sdp
{
    public static int PayloadType(VoiceCodec codec) => codec switch { VoiceCodec.Opus => 96, VoiceCodec.G722 => 9, VoiceCodec.Pcmu => 0, _ => 8 };

    public static string Map(VoiceCodec codec) => codec switch
    {
        VoiceCodec.Opus => "a=rtpmap:96 opus/48000/2\r\n",
        VoiceCodec.G722 => "a=rtpmap:9 G722/8000\r\n",
        _ => "",
    };

    public static string Plain(string address, VoiceCodec codec, string direction = "sendrecv", string more = "", string protocol = "RTP/AVP")
    {
        var host = address.Split(':')[0];
        return new StringBuilder()
            .Append($"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n")
            .Append($"m=audio {address.Split(':')[1]} {protocol} {PayloadType(codec)} 101\r\n{Map(codec)}")
            .Append($"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=rtcp-mux\r\na={direction}\r\n{more}").ToString();
    }

    public static TransportAddress TargetOf(string answer)
    {
        Assert.True(SdpParser.TryParse(answer, out var session, out _));
        return Wire.Address($"{session.Connection!.Address}:{session.Media[0].Port}");
    }
}
