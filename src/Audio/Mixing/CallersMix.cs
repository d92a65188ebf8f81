using Sylk.Conference.Audio.Levels;
using Sylk.Conference.Audio.Mixing;

namespace Sylk.Conference.Audio;

/// <summary>
/// Voices of many legs as one track for browsers: the sum of those that are with callers (<see cref="VoiceSource.IsWithCallers"/>) and
/// were chosen for the room's mix, encoded once.
/// </summary>
public sealed class CallersMix : IDisposable
{
    /// <summary>After these in silence nothing is left in the limiter, and the track is closed.</summary>
    private const int IdleTicks = 50;

    private readonly float[] _frame = new float[VoiceClock.Frame];
    private readonly Limiter _limiter = new();
    private readonly LegTrack _track;
    private byte _level = LevelMeter.Silence;
    private int _idleTicks = IdleTicks;

    internal CallersMix(MixerSettings settings)
    {
        _track = new LegTrack(settings with { TrackBitrateBps = settings.CallersBitrateBps });
        _track.Begin(VoiceCodec.Opus);
    }

    /// <summary>False while no browser could hear it: nothing is encoded.</summary>
    public bool IsHeard { get; set; } = true;

    internal int Encodes => _track.Encodes;

    /// <summary>After a tick, until it says false: the packet for browsers. Silence gives nothing.</summary>
    /// <param name="into">At least 1,275 bytes.</param>
    public bool TryTakeOpus(Span<byte> into, out OpusFrame frame) => _track.TryTake(into, _level, out frame);

    /// <summary>20 ms pass; each source's frame is what it contributed to the room.</summary>
    internal void Advance(List<VoiceSource> sources, int complexity)
    {
        Array.Clear(_frame);
        var isSpeech = false;
        foreach (var source in sources)
        {
            if (!source.IsWithCallers || !source.Mix.Contributes) continue;
            Block.Add(source.Frame, _frame);
            isSpeech = true;
        }

        _idleTicks = isSpeech ? 0 : Math.Min(_idleTicks + 1, IdleTicks);
        if (_idleTicks < IdleTicks)
        {
            _limiter.Process(_frame);
            _level = LevelMeter.Level(Block.Decibels(Block.Power(_frame)));
        }

        _track.IsHeard = IsHeard;
        _track.Advance(_frame, isSpeech, isAudible: true, complexity);
    }

    /// <summary>Done by <see cref="RoomMixer.Dispose"/>.</summary>
    public void Dispose() => _track.Dispose();
}
