using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Native;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Audio.Jitter;

/// <summary>Packets go in as they come, 20 ms of sound come out at every tick (JB-1 to JB-6).</summary>
internal sealed class JitterBuffer : IDisposable
{
    /// <summary>The delay is left alone from 2 to 16 ms above its target: wider than the longest stretch, so that it never goes to and fro.</summary>
    private const double Slack = 16, LeastSlack = 2, TooMuchMs = 150;
    private const int Frame = VoiceClock.Frame, MaxJump = 100, StretchEvery = 3;

    private readonly VoiceDecoder _decoder;
    private readonly Resampler? _resampler;
    private readonly float[] _native = new float[VoiceDecoder.LongestMs * 48];
    private readonly PacketStore _store = new();
    private readonly DelayEstimate _delay = new();
    private readonly PlayoutLine _line = new();
    private readonly NoisePayload _noise = new();
    private readonly IPacketTap? _tap;
    private readonly int _clock;

    private long _nextSequence, _nextTimestamp, _lastTimestamp, _probation = -1;
    private int _concealRun, _starvedTicks, _lastDuration, _untilStretch;
    private bool _isPlaying;

    /// <param name="tap">Sees each packet in order as it is decoded; null for nobody.</param>
    public JitterBuffer(VoiceCodec codec, IPacketTap? tap)
    {
        _decoder = VoiceDecoder.Create(codec);
        _clock = VoiceClock.RtpRate(codec);
        _tap = tap;
        _lastDuration = _clock / 50;
        if (_decoder.SampleRate != VoiceClock.Rate) _resampler = new Resampler(_decoder.SampleRate, VoiceClock.Rate);
    }

    public JitterCounters Counters { get; } = new();

    /// <summary>What the quickest packets wait now, from their arrival to being heard (ms); 0 while nothing plays.</summary>
    public double DelayMs { get; private set; }

    public double TargetMs => _delay.TargetMs;

    /// <summary>The sender is silent and told what its silence sounds like (RFC 3389).</summary>
    public bool IsNoise { get; private set; }

    /// <summary>Level of that noise (dBov).</summary>
    public double NoiseDb => _noise.Decibels;

    /// <param name="sequence">Unwrapped.</param>
    /// <param name="timestamp">As on the wire.</param>
    /// <param name="payload">Empty when this number carried no sound (telephone events).</param>
    /// <param name="isNoise">The payload is comfort noise's (RFC 3389).</param>
    public void Push(Instant arrival, long sequence, uint timestamp, bool marker, ReadOnlySpan<byte> payload, bool isNoise = false)
    {
        var unwrapped = _store.Newest < 0 ? timestamp : _lastTimestamp + (int)(timestamp - (uint)_lastTimestamp);
        if (_store.Newest >= 0 && !IsContinuous(sequence, unwrapped, marker, payload.IsEmpty || isNoise)) return;
        if (_store.Newest < 0) unwrapped = timestamp;
        if (_isPlaying && sequence < _nextSequence)
        {
            OnTooLate(sequence);
            return;
        }

        var duration = payload.IsEmpty || isNoise ? 0 : _decoder.Duration(payload);
        if (!_store.TryAdd(sequence, unwrapped, duration == 0 && !isNoise ? default : payload, isNoise))
        {
            Counters.Duplicates++;
            return;
        }

        Counters.Received++;
        if (sequence == _store.Newest) _lastTimestamp = unwrapped;
        if (duration == 0) return;
        _delay.OnOutcome(isLate: false);
        _delay.Add(arrival.Nanoseconds, arrival.Nanoseconds - MediaNs(unwrapped), duration * 1_000.0 / _clock);
    }

    /// <summary>Takes the next 20 ms.</summary>
    /// <param name="isQuiet">The last frame was below the gate: time may be changed freely.</param>
    public void Pull(Instant now, bool isQuiet, Span<float> frame)
    {
        _delay.Advance();
        if (!_isPlaying && !TryBegin(now))
        {
            DelayMs = 0;
            if (IsNoise) FillWithNoise();
            _line.Read(frame);
            return;
        }

        Steer(now, isQuiet);
        Fill(Frame);
        if (_line.Count < Frame && IsNoise) PauseForNoise();
        else if (_line.Count < Frame) ConcealStarvation();
        _line.Read(frame);
    }

    /// <summary>Forgets everything (JB-4): another stream begins.</summary>
    public void Reset()
    {
        if (_line.Count > 0) _line.Break();
        _store.Clear();
        _delay.Reset();
        _decoder.Reset();
        (_isPlaying, _probation, _concealRun, _starvedTicks, IsNoise) = (false, -1, 0, 0, false);
        Counters.Resets++;
        _tap?.OnReset();
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _resampler?.Dispose();
    }

    /// <summary>A number or time far away is another stream, once a second packet says so too (RFC 3550 appendix A.1).</summary>
    private bool IsContinuous(long sequence, long timestamp, bool marker, bool isSilent)
    {
        if (Math.Abs(sequence - _store.Newest) > MaxJump)
        {
            var confirmed = sequence == _probation;
            _probation = sequence + 1;
            if (!confirmed) return false;
            Reset();
            return true;
        }

        _probation = -1;
        var isJump = !marker && !isSilent && Math.Abs(timestamp - _lastTimestamp) > 3L * _clock;
        if (isJump) Reset();
        return true;
    }

    private void OnTooLate(long sequence)
    {
        // What was played already is a duplicate as far as can be told; what was concealed came too late.
        if (Counters.WasConcealed(sequence))
        {
            Counters.Late++;
            _delay.OnOutcome(isLate: true);
        }
        else Counters.Duplicates++;
    }

    private bool TryBegin(Instant now)
    {
        var first = _store.FirstFrom(Math.Max(0, _store.Newest - PacketStore.Slots + 1));
        while (first >= 0 && TrySkip(first))
        {
            first = _store.FirstFrom(first + 1);
        }

        if (first < 0 || !_store.TryGet(first, out var timestamp, out _)) return false;
        var waited = (now.Nanoseconds - _delay.MinTransit - MediaNs(timestamp)) / 1e6;
        if (waited < _delay.TargetMs - 10) return false;
        (_nextSequence, _nextTimestamp, _isPlaying, _concealRun, _starvedTicks) = (first, timestamp, true, 0, 0);
        _line.Clear();
        return true;
    }

    /// <summary>Brings the delay to its target by stretches, or by leaving packets out when it is hopeless.</summary>
    private void Steer(Instant now, bool isQuiet)
    {
        DelayMs = DelayAt(now);
        var excess = DelayMs - _delay.TargetMs;
        if (excess > TooMuchMs) Skip();
        if (--_untilStretch > 0 && !isQuiet) return;
        if (excess > Slack && Fill(Frame + PlayoutLine.StretchNeeds)) Stretched(_line.Shorten());
        else if (excess < LeastSlack && _concealRun == 0 && Fill(PlayoutLine.StretchNeeds)) Stretched(_line.Lengthen());
    }

    private void Stretched(int samples)
    {
        if (samples == 0) return;
        _untilStretch = StretchEvery;
        Counters.Stretches++;
    }

    private double DelayAt(Instant now) =>
        (now.Nanoseconds - _delay.MinTransit - MediaNs(_nextTimestamp)) / 1e6 + _line.Count * 1_000.0 / VoiceClock.Rate;

    /// <summary>Leaves packets out while more is here than has to be. Packets that came late one by one are no backlog.</summary>
    private void Skip()
    {
        var skipped = false;
        for (var next = _store.FirstFrom(_nextSequence); next >= 0 && WaitingMs() > _delay.TargetMs + TooMuchMs / 2; next = _store.FirstFrom(_nextSequence))
        {
            _store.TryGet(next, out var timestamp, out var payload);
            if (!TrySkip(next))
            {
                _nextTimestamp = timestamp + _decoder.Duration(payload);
                _store.Remove(next);
            }

            _nextSequence = next + 1;
            Counters.Skipped++;
            skipped = true;
        }

        if (skipped) _line.Break();
    }

    /// <summary>Sound that is here, decoded or not (ms).</summary>
    private double WaitingMs() =>
        (_lastTimestamp + _lastDuration - _nextTimestamp) * 1_000.0 / _clock + _line.Count * 1_000.0 / VoiceClock.Rate;

    /// <summary>Decodes until so much waits; false when there is not enough.</summary>
    private bool Fill(int samples)
    {
        while (_line.Count < samples)
            if (!DecodeNext()) return false;
        return true;
    }

    private bool DecodeNext()
    {
        if (!_store.TryGet(_nextSequence, out var timestamp, out var payload)) return ConcealLoss();
        if (TrySkip(_nextSequence))
        {
            _nextSequence++;
            return true;
        }

        var gap = timestamp - _nextTimestamp;
        if (gap > 0)
        {
            PassSilence((int)Math.Min(gap, _clock / 50));
            return true;
        }

        var made = _decoder.Decode(payload, _native);
        if (made > 0)
        {
            Append(made);
            EndConcealment();
            IsNoise = false;
            _lastDuration = _decoder.Duration(payload);
            _tap?.OnPacket(timestamp, payload);
        }

        _nextTimestamp = timestamp + _decoder.Duration(payload);
        _store.Remove(_nextSequence++);
        return true;
    }

    /// <summary>Takes away what has no sound in it, and notes the noise it tells of.</summary>
    private bool TrySkip(long sequence)
    {
        if (!_store.TryGet(sequence, out _, out var payload)) return false;
        var isNoise = _store.IsNoise(sequence);
        if (!isNoise && !payload.IsEmpty) return false;
        if (isNoise)
        {
            _noise.Set(payload);
            IsNoise = true;
        }

        _store.Remove(sequence);
        return true;
    }

    /// <summary>All that was said is heard: until more comes there is the noise. Where it goes on is found anew.</summary>
    private void PauseForNoise()
    {
        _line.Break();
        _isPlaying = false;
        FillWithNoise();
    }

    private void FillWithNoise()
    {
        while (_line.Count < Frame)
        {
            var samples = _decoder.SampleRate / 100;
            _noise.Fill(_native.AsSpan(0, samples));
            Append(samples);
        }
    }

    /// <summary>The sender was silent (JB-6): nothing was lost. An Opus decoder is told just before the next packet.</summary>
    private void PassSilence(int ticks)
    {
        if (_concealRun == 0) _line.Break();
        var samples = ticks * (_decoder.SampleRate / 100) / (_clock / 100);
        if (IsNoise) _noise.Fill(_native.AsSpan(0, samples));
        else _native.AsSpan(0, samples).Clear();
        Append(samples);
        _line.Break();
        _nextTimestamp += ticks;
    }

    /// <summary>A number is missing though later ones are here (JB-5).</summary>
    private bool ConcealLoss()
    {
        var later = _store.FirstFrom(_nextSequence + 1);
        if (later < 0 || !_store.TryGet(later, out var timestamp, out var payload)) return false;
        Counters.OnLost(_nextSequence);
        var ticks = (int)Math.Clamp(timestamp - _nextTimestamp, 0, _lastDuration);
        _nextSequence++;
        // What was made up while nothing was here stands for what turns out to be lost now.
        var covered = Math.Min(ticks, _starvedTicks);
        (_starvedTicks, _nextTimestamp, ticks) = (_starvedTicks - covered, _nextTimestamp + covered, ticks - covered);
        if (ticks == 0) return true;
        var samples = ticks * (_decoder.SampleRate / 100) / (_clock / 100);
        if (covered > 0 || later != _nextSequence || _store.IsNoise(later) || !_decoder.TryRecover(payload, _native.AsSpan(0, samples))) Conceal(samples);
        else Counters.Recovered++;
        Append(samples);
        _nextTimestamp += ticks;
        return true;
    }

    /// <summary>Nothing is here that could be played: the stream is late, or over, or silent.</summary>
    private void ConcealStarvation()
    {
        while (_line.Count < Frame && _isPlaying)
        {
            var samples = _decoder.SampleRate / 100;
            Conceal(samples);
            Append(samples);
            _starvedTicks += _clock / 100;
            _isPlaying = _concealRun < (_decoder.ConcealMs + 20) * _decoder.SampleRate / 1_000;
        }
    }

    private void Conceal(int samples)
    {
        var native = _native.AsSpan(0, samples);
        var limit = _decoder.ConcealMs * _decoder.SampleRate / 1_000;
        var fade = _decoder.SampleRate / 50;
        if (_concealRun >= limit + fade) native.Clear();
        else
        {
            _decoder.Conceal(native);
            Levels.Block.Ramp(native, FadeAt(_concealRun - limit, fade), FadeAt(_concealRun + samples - limit, fade));
        }

        _concealRun += samples;
        Counters.ConcealedMs += samples * 1_000.0 / _decoder.SampleRate;
    }

    private static float FadeAt(int over, int fade) => Math.Clamp(1f - (float)over / fade, 0, 1);

    private void EndConcealment() => (_concealRun, _starvedTicks) = (0, 0);

    /// <summary>Moves native samples to the line.</summary>
    private void Append(int samples)
    {
        var native = _native.AsSpan(0, samples);
        if (_resampler is null)
        {
            native.CopyTo(_line.Reserve(samples));
            _line.Commit(samples);
            return;
        }

        var made = _resampler.Process(native, _line.Reserve(samples * (VoiceClock.Rate / _resampler.From) + 8));
        _line.Commit(made);
    }

    private long MediaNs(long timestamp) => timestamp * (1_000_000_000 / 8_000) / (_clock / 8_000);
}
