using Sylk.Conference.Protocols;

namespace Sylk.Conference.Audio.Tests.Kit;

/// <summary>A room of phones under a virtual clock: each talks and hears on a perfect network unless told otherwise.</summary>
internal sealed class Phones(MixerSettings? settings = null) : IDisposable
{
    private readonly List<Phone> _phones = [];
    private int _tick;

    public RoomMixer Mixer { get; } = new(settings ?? new MixerSettings());

    public Instant Now => Instant.FromMilliseconds(_tick * 20.0);

    public IReadOnlyList<Phone> All => _phones;

    public static VoiceFormat Format(VoiceCodec codec) => new(codec, 20, 32_000, false, false, 0);

    public Phone Add(Talker talker, VoiceFormat? format = null)
    {
        var source = Mixer.AddSource(talker.Codec, isLeg: true);
        var listener = Mixer.AddListener(format ?? Format(talker.Codec), source);
        listener.IsInMix = true;
        var phone = new Phone(talker, source, new Ear(listener));
        _phones.Add(phone);
        return phone;
    }

    /// <summary>A listener without a voice.</summary>
    public Ear AddEar(VoiceFormat format, bool isInMix = true)
    {
        var listener = Mixer.AddListener(format, null);
        listener.IsInMix = isInMix;
        var ear = new Ear(listener);
        _phones.Add(new Phone(null, null, ear));
        return ear;
    }

    public void Run(double seconds, Action? eachTick = null)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            _tick++;
            foreach (var phone in _phones)
                if (phone is { Talker: not null, Source: not null, IsTalking: true }) phone.Talker.Speak(phone.Source, Now - TimeSpan.FromMilliseconds(7));
            Mixer.Tick(Now);
            foreach (var phone in _phones) phone.Ear.Listen();
            eachTick?.Invoke();
        }
    }

    public void Dispose()
    {
        Mixer.Dispose();
        foreach (var phone in _phones)
        {
            phone.Talker?.Dispose();
            phone.Ear.Dispose();
        }
    }
}

internal sealed record Phone(Talker? Talker, VoiceSource? Source, Ear Ear)
{
    public bool IsTalking { get; set; } = true;

    public VoiceListener Listener => Ear.Listener;
}
