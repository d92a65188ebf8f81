using Sylk.Conference.Audio.Codecs;

namespace Sylk.Conference.Audio.Tests.Kit;

/// <summary>A phone that listens: decodes what a listener would be sent and keeps it.</summary>
internal sealed class Ear(VoiceListener listener) : IDisposable
{
    private readonly VoiceDecoder _decoder = VoiceDecoder.Create(listener.Format.Codec);
    private readonly List<float> _heard = [];
    private readonly float[] _frame = new float[5_760];

    public VoiceListener Listener => listener;

    public int Rate => _decoder.SampleRate;

    public int Packets { get; private set; }

    /// <summary>Takes what this tick made.</summary>
    public void Listen()
    {
        if (listener.Payload.IsEmpty) return;
        Packets++;
        _heard.AddRange(_frame.AsSpan(0, _decoder.Decode(listener.Payload, _frame)));
    }

    public float[] Heard() => [.. _heard];

    /// <summary>The last seconds of what was heard.</summary>
    public float[] Last(double seconds) => [.. _heard.TakeLast((int)(seconds * Rate))];

    public void Dispose() => _decoder.Dispose();
}
