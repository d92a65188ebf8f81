using Sylk.Conference.Audio.Levels;
using Sylk.Conference.Audio.Mixing;

namespace Sylk.Conference.Audio;

/// <summary>What one leg hears. After each tick <see cref="Payload"/> is what to send. Used by the room's thread only.</summary>
public sealed class VoiceListener
{
    private const int SettleTicks = 10;
    private const double QuietDb = -45, StepDb = 3;

    /// <summary>Comfort noise is told again each second: a packet may have been lost.</summary>
    private const int NoiseTicks = 50;
    private const int MostSteps = 4;

    private readonly PromptQueue _prompts = new();
    private readonly float _duckGain;
    private MixBus? _own;
    private HeardSum _heard;
    private EncodeLane? _lane;
    private float _duck = 1, _volume = 1;
    private int _sameTicks, _ownIdleTicks, _noiseTicks;
    private bool _hasStarted, _isOnOwn, _hadPacket, _isPaused;
    private uint _ticks;

    internal VoiceListener(VoiceFormat format, VoiceSource? own, MixerSettings settings)
    {
        _duckGain = Block.Gain(settings.DuckDb);
        (Format, Own) = (format, own);
    }

    /// <summary>What the encoder makes. A change takes effect with the next packet, primed with what was heard (ENC-2).</summary>
    public VoiceFormat Format { get; set; }

    /// <summary>The voice this listener must not hear: its own.</summary>
    public VoiceSource? Own { get; }

    /// <summary>False: in the lobby, where only prompts and music are heard.</summary>
    public bool IsInMix { get; set; }

    /// <summary>True: nothing is made for it; <see cref="Ticks"/> goes on counting.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Music on hold instead of the room (FOC-6).</summary>
    public bool Music { get; set; }

    /// <summary>−4 to 4 steps of 3 dB, for all it hears.</summary>
    public int VolumeSteps
    {
        get;
        set => field = Math.Clamp(value, -MostSteps, MostSteps);
    }

    /// <summary>Prompts of <see cref="Play"/> are playing or wait.</summary>
    public bool IsPlaying => _prompts.IsPlaying;

    /// <summary>What to send now; empty when this tick sends none. Shared with others: read only, and only until the next tick.</summary>
    public ReadOnlySpan<byte> Payload => _lane is null ? default : IsNoise ? _lane.Noise : _isPaused ? default : _lane.Payload;

    /// <summary><see cref="Payload"/> is comfort noise (RFC 3389), not sound of <see cref="Format"/>.</summary>
    public bool IsNoise { get; private set; }

    /// <summary>RTP marker: the first packet, and the first after a gap.</summary>
    public bool Marker { get; private set; }

    /// <summary>RTP clock ticks from the previous packet's timestamp to this one's. Meaningful when <see cref="Payload"/> is not empty.</summary>
    public uint Ticks { get; private set; }

    /// <summary>Plays sound to this listener alone, after what already waits; everything else is 12 dB lower meanwhile.</summary>
    /// <param name="samples48k">Mono, 48 kHz, ±1.0; must stay as it is until played.</param>
    public void Play(ReadOnlyMemory<float> samples48k) => _prompts.Play(samples48k);

    /// <summary>Ends prompts now (a key was pressed, FOC-2).</summary>
    public void StopPlaying() => _prompts.Stop();

    internal MixBus? OwnBus => _own;

    internal EncodeCount Advance(RoomMixer room)
    {
        _ticks += (uint)(Format.ClockRate / 50);
        (_lane, IsNoise) = (null, false);
        if (IsHeld)
        {
            (_hadPacket, _isPaused) = (false, false);
            return default;
        }

        var wanted = !IsInMix ? Music ? HeardSum.LobbyMusic : HeardSum.Silence : Music ? HeardSum.Music : HeardSum.Room;
        if (!_hasStarted) (_heard, _hasStarted) = (wanted, true);
        var bus = Choose(room, wanted);
        if (bus == _own) Compose(room, bus, wanted);
        _heard = wanted;
        _lane = bus.Lane(Format);
        var encodes = _lane.Advance(room.TickNumber, bus, room.Complexity);
        Announce();
        return encodes;
    }

    internal void Keep(List<VoiceListener> listeners) => _own?.Keep(listeners);

    internal MixBus? TakeOwnBus()
    {
        var own = _own;
        (_own, _isOnOwn) = (null, false);
        return own;
    }

    /// <summary>The shared sum when it is what this listener hears, else its own; from its own back only when quiet or after 200 ms.</summary>
    private MixBus Choose(RoomMixer room, HeardSum wanted)
    {
        var shared = room.Shared(wanted);
        if (NeedsOwn(wanted))
        {
            if (!_isOnOwn) BeginOwn(room);
            _sameTicks = 0;
        }
        else if (_isOnOwn && (++_sameTicks > SettleTicks || _sameTicks > 2 && _own!.Decibels < QuietDb)) _isOnOwn = false;

        if (_isOnOwn) return _own!;
        if (_own is not null && ++_ownIdleTicks > RoomMixer.OwnKeptTicks) room.Return(TakeOwnBus()!);
        return shared;
    }

    private bool NeedsOwn(HeardSum wanted) =>
        wanted != _heard || _prompts.IsPlaying || _duck != 1 || VolumeSteps != 0 || _volume != 1
        || (wanted == HeardSum.Room && Own is not null && Own.Mix.Contributes);

    private void BeginOwn(RoomMixer room)
    {
        _own ??= room.Rent(Format);
        _own.ContinueFrom(room.Shared(_heard));
        (_isOnOwn, _ownIdleTicks) = (true, 0);
    }

    private void Compose(RoomMixer room, MixBus bus, HeardSum wanted)
    {
        var sum = bus.Begin();
        if (wanted == _heard) room.AddSum(wanted, Own, sum, 1, 1);
        else
        {
            room.AddSum(_heard, Own, sum, 1, 0);
            room.AddSum(wanted, Own, sum, 0, 1);
        }

        var duck = _prompts.IsPlaying ? _duckGain : 1;
        Block.Ramp(sum, _duck, duck);
        _duck = duck;
        _prompts.AddTo(sum);
        var volume = VolumeSteps == 0 ? 1 : Block.Gain(VolumeSteps * StepDb);
        Block.Ramp(sum, _volume, volume);
        _volume = volume;
        bus.Process();
    }

    /// <summary>Whoever takes comfort noise gets that in the place of quiet packets: at once, and again each second.</summary>
    private void PauseOrGoOn()
    {
        var wasPaused = _isPaused;
        _isPaused = _lane!.IsQuiet;
        _noiseTicks = _isPaused && wasPaused ? _noiseTicks + Format.FramesPerPacket : 0;
        if (_noiseTicks >= NoiseTicks) _noiseTicks = 0;
        IsNoise = _isPaused && _noiseTicks == 0;
    }

    private void Announce()
    {
        var isPacketTick = !_lane!.Payload.IsEmpty;
        if (isPacketTick) PauseOrGoOn();
        if (!Payload.IsEmpty)
        {
            Marker = !_hadPacket && !IsNoise;
            (Ticks, _ticks, _hadPacket) = (_ticks, 0, !IsNoise);
        }
        else if (_ticks > Format.ClockRate / 50 * Format.FramesPerPacket) _hadPacket = false;
    }
}
