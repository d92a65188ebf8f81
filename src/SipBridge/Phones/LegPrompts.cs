using System.Collections.Immutable;
using Sylk.Conference.Audio;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Finds recorded sound by language and name; false when there is none.</summary>
public delegate bool FindPrompt(string language, string name, out ReadOnlyMemory<float> samples);

/// <summary>Orders to play wait for each other; each says when its last prompt has ended.</summary>
internal sealed class LegPrompts(VoiceListener ear, FindPrompt find, Action<string> onEnded)
{
    /// <summary>Orders that wait; the newest beyond are dropped.</summary>
    private const int Most = 32;

    private const string Fallback = "en";
    private readonly Queue<(ImmutableArray<ReadOnlyMemory<float>> Sounds, string? Tag)> _waiting = new(4);
    private bool _isPlaying;
    private string? _tag;

    /// <param name="prompts">Unknown ones are passed over.</param>
    /// <param name="language">English where it lacks one.</param>
    /// <param name="tag">Comes back; null when nobody waits for the end.</param>
    public void Play(ImmutableArray<string> prompts, string language, string? tag)
    {
        if (_waiting.Count == Most)
        {
            return;
        }

        var sounds = ImmutableArray.CreateBuilder<ReadOnlyMemory<float>>(prompts.Length);
        foreach (var name in prompts)
        {
            if (find(language, name, out var samples) || find(Fallback, name, out samples))
            {
                sounds.Add(samples);
            }
        }

        _waiting.Enqueue((sounds.ToImmutable(), tag));
    }

    /// <summary>Silence within 5 ms; what was stopped does not say that it ended.</summary>
    public void Stop()
    {
        _waiting.Clear();
        (_isPlaying, _tag) = (false, null);
        ear.StopPlaying();
    }

    public void Tick()
    {
        if (_isPlaying && !ear.IsPlaying)
        {
            var ended = _tag;
            (_isPlaying, _tag) = (false, null);
            if (ended is not null)
            {
                onEnded(ended);
            }
        }

        if (!_isPlaying && _waiting.TryDequeue(out var next))
        {
            (_isPlaying, _tag) = (true, next.Tag);
            foreach (var sound in next.Sounds)
            {
                ear.Play(sound);
            }
        }
    }
}
