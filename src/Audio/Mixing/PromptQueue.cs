using Sylk.Conference.Audio.Levels;

namespace Sylk.Conference.Audio.Mixing;

/// <summary>Recorded sound that plays once, one after the other.</summary>
internal sealed class PromptQueue
{
    private const int Fade = 240, Most = 64;

    private readonly Queue<ReadOnlyMemory<float>> _queue = new(8);
    private ReadOnlyMemory<float> _current;
    private bool _isStopping;

    public bool IsPlaying => !_current.IsEmpty || _queue.Count > 0;

    /// <summary>Adds at the end; beyond 64 it is dropped.</summary>
    public void Play(ReadOnlyMemory<float> samples)
    {
        if (_isStopping) Finish();
        if (!samples.IsEmpty && _queue.Count < Most) _queue.Enqueue(samples);
    }

    /// <summary>Ends within 5 ms of sound.</summary>
    public void Stop()
    {
        _queue.Clear();
        _isStopping = !_current.IsEmpty;
    }

    /// <summary>Adds the next 20 ms to a frame.</summary>
    public void AddTo(Span<float> frame)
    {
        if (_isStopping)
        {
            var rest = Math.Min(Fade, _current.Length);
            Block.AddRamp(_current.Span[..rest], frame, 1, 0);
            Finish();
        }

        for (var at = 0; at < frame.Length;)
        {
            if (_current.IsEmpty && !_queue.TryDequeue(out _current)) return;
            var length = Math.Min(_current.Length, frame.Length - at);
            Block.Add(_current.Span[..length], frame.Slice(at, length));
            _current = _current[length..];
            at += length;
        }
    }

    private void Finish() => (_current, _isStopping) = (default, false);
}
