using System.Collections.Immutable;
using Sylk.Conference.Audio;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Orders to play wait for each other; each says when its last prompt has ended.</summary>
internal sealed class LegPrompts(VoiceListener ear, PromptLibrary? library, Action<string> onEnded)
{
    /// <summary>Orders that wait; the newest beyond are dropped.</summary>
    private const int Most = 32;

    private readonly Queue<(List<ReadOnlyMemory<float>> Sounds, string Tag)> _waiting = new(4);
    private bool _isPlaying;
    private string? _tag;

    /// <param name="prompts">Unknown ones are passed over.</param>
    /// <param name="language">English where it lacks one.</param>
    /// <param name="tag">Comes back.</param>
    public void Play(ImmutableArray<string> prompts, string language, string tag)
    {
        if (_waiting.Count < Most)
        {
            _waiting.Enqueue((Find(library, prompts, language), tag));
        }
    }

    public static List<ReadOnlyMemory<float>> Find(PromptLibrary? library, ImmutableArray<string> prompts, string language)
    {
        var sounds = new List<ReadOnlyMemory<float>>(prompts.Length);
        foreach (var prompt in prompts)
        {
            library?.TryAppend(language, prompt, sounds);
        }

        return sounds;
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
