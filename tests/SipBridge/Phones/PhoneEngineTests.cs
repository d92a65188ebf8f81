using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Net;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>The whole engine in real time over sockets of 127.0.0.0/8.</summary>
public sealed class PhoneEngineTests : ILegListener, IAsyncDisposable
{
    private readonly List<LegEvent> _events = [];

    private readonly PhoneEngine _engine;

    public PhoneEngineTests() => _engine = Engine(31_000, 31_099);

    [Fact(DisplayName = "Two phones on sockets hear each other at a steady pace, press keys, and are gone after they are closed")]
    public async Task TwoPhones()
    {
        using var a = await CallAsync("a", "127.0.0.1", VoiceCodec.Pcmu, 440);
        using var b = await CallAsync("b", "127.0.0.2", VoiceCodec.Opus, 1000);
        Pace(TimeSpan.FromSeconds(0.5), a, b);
        a.Press(101, 7);
        Pace(TimeSpan.FromSeconds(1.5), a, b);
        Assert.Equal(2, _engine.LegCount);
        Assert.True(a.Meter.Level(1000) > -30, $"a hears b at {a.Meter.Level(1000)}");
        Assert.True(b.Meter.Level(440) > -30, $"b hears a at {b.Meter.Level(440)}");
        Assert.InRange(a.Heard.Count, 90, 106);
        lock (_events)
        {
            Assert.Equal('7', Assert.Single(_events.OfType<LegDigit>()).Digit);
            Assert.Equal(["a", "b"], _events.OfType<LegHeard>().Select(heard => heard.LegId).Order());
        }

        Assert.Null(await _engine.CloseAsync("r", 1, "a"));
        Assert.Null(await _engine.CloseAsync("r", 1, "a"));
        Assert.NotNull(await _engine.OrderAsync(new SetMusic("r", 1, "a", true)));
        Pace(TimeSpan.FromSeconds(0.1), a, b);
        Assert.True(a.HeardGoodbye);
        a.Heard.Clear();
        Pace(TimeSpan.FromSeconds(0.2), a, b);
        Assert.Empty(a.Heard);
    }

    [Fact(DisplayName = "What is refused leaves no leg and no port behind; an unknown leg is answered so; ports run out")]
    public async Task Refusals()
    {
        await using var engine = Engine(31_100, 31_103);
        for (var i = 0; i < 5; i++)
        {
            var refused = await engine.NegotiateAsync(Offer("x", "m=video 4000 RTP/AVP 96\r\n"));
            Assert.Equal((MediaErrorCode.MediaIncompatible, 304), (refused.Error!.Code, refused.Warning));
        }

        Assert.Equal(MediaErrorCode.SdpInvalid, (await engine.NegotiateAsync(Offer("x", "") with { Remote = "hello" })).Error!.Code);
        Assert.Equal(MediaErrorCode.PeerUnknown, (await engine.NegotiateAsync(Offer("x", "") with { IsAnswer = true })).Error!.Code);
        Assert.Equal(MediaErrorCode.PeerUnknown, (await engine.OrderAsync(new SetMusic("r", 1, "x", true)))!.Code);
        Assert.Null((await engine.NegotiateAsync(Offer("x", "m=audio 4000 RTP/AVP 0\r\n"))).Error);
        var late = await engine.NegotiateAsync(Offer("y", "") with { Remote = null });
        Assert.Contains("m=audio 3110", late.Sdp, StringComparison.Ordinal);
        Assert.Equal(MediaErrorCode.NegotiationStale, (await engine.NegotiateAsync(Offer("x", "m=audio 4000 RTP/AVP 0\r\n") with { IsAnswer = true })).Error!.Code);
        Assert.Equal(MediaErrorCode.Overloaded, (await engine.NegotiateAsync(Offer("z", "m=audio 4000 RTP/AVP 0\r\n"))).Error!.Code);
        Assert.Equal("", (await engine.NegotiateAsync(Offer("y", "m=audio 4000 RTP/AVP 0\r\n") with { IsAnswer = true })).Sdp);
    }

    void ILegListener.OnLeg(LegEvent happened)
    {
        lock (_events)
        {
            _events.Add(happened);
        }
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private static LegOffer Offer(string leg, string sections) => new(
        "r", 1, leg, $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n{sections}", false, "127.0.0.1", false, LegEncryption.Allow);

    /// <summary>20 ms of each phone by absolute deadlines.</summary>
    private static void Pace(TimeSpan time, params ScriptedPhone[] phones)
    {
        var watch = Stopwatch.StartNew();
        for (var due = TimeSpan.Zero; due < time; due += TimeSpan.FromMilliseconds(20))
        {
            var left = due - watch.Elapsed;
            if (left > TimeSpan.Zero)
            {
                Thread.Sleep(left);
            }

            foreach (var phone in phones)
            {
                phone.Tick(MonotonicClock.Now);
            }
        }
    }

    private PhoneEngine Engine(int first, int last) => new(
        new PhoneSettings
        {
            Bind = IPAddress.Loopback,
            AdvertisedIPv4 = IPAddress.Loopback,
            FirstPort = first,
            LastPort = last,
            Threads = 2,
            AllowedNetworks = target => target.ToString().StartsWith("127.", StringComparison.Ordinal),
            Mixer = new MixerSettings { AutomaticGain = false },
        },
        (_, _) => ValueTask.FromResult(new LocalAudioOpened(new MediaError(MediaErrorCode.RoomNotOpen, ""), null)),
        (_, _, _) => ValueTask.FromResult(default(LocalVideoOpened)), this, NullLoggerFactory.Instance,
        TimeProvider.System);

    private async Task<ScriptedPhone> CallAsync(string leg, string host, VoiceCodec codec, double frequency)
    {
        IPhonePort? port = null;
        for (var number = 32_000; port is null; number += 2)
        {
            port = UdpPhonePort.TryOpen(IPAddress.Parse(host), withIPv6: false, number);
        }

        var answer = await _engine.NegotiateAsync(new LegOffer(
            "r", 1, leg, Phones.Sdp.Plain($"{host}:{port.Number}", codec), false, host, false, LegEncryption.Allow));
        Assert.Null(answer.Error);
        Assert.Null(await _engine.OrderAsync(new EnterMix("r", 1, leg, $"tr_{leg}", Muted: false)));
        return new ScriptedPhone(port, codec, frequency) { PayloadType = Phones.Sdp.PayloadType(codec), Target = Phones.Sdp.TargetOf(answer.Sdp) };
    }
}
