namespace Sylk.Conference.Audio.Mixing;

/// <summary>Chooses who is heard when more are there than can be (MIX-2).</summary>
internal sealed class SpeakerSelection(int speakers)
{
    private const int LeaveFrames = 25, ChallengeFrames = 3;

    /// <summary>+6 dB.</summary>
    private const float Louder = 3.981f;

    /// <summary>Sets <see cref="SourceMixState.IsChosen"/> of each.</summary>
    public void Choose(List<VoiceSource> sources)
    {
        int eligible = 0, chosen = 0;
        foreach (var source in sources)
        {
            if (source.IsEligible) eligible++;
            if (source.Mix.IsChosen && (!source.IsEligible || source.Mix.QuietFrames >= LeaveFrames)) source.Mix.IsChosen = false;
            if (source.Mix.IsChosen) chosen++;
        }

        if (eligible <= speakers + 1)
        {
            foreach (var source in sources) source.Mix.IsChosen = source.IsEligible && (source.IsSpeaking || source.IsNoisy);
            return;
        }

        for (; chosen > speakers; chosen--) Weakest(sources)!.Mix.IsChosen = false;
        while (chosen < speakers && Loudest(sources) is { } free)
        {
            free.Mix.IsChosen = true;
            chosen++;
        }

        Challenge(sources);
    }

    private static void Challenge(List<VoiceSource> sources)
    {
        if (Weakest(sources) is not { } weakest || Loudest(sources) is not { } loudest) return;
        foreach (var source in sources)
        {
            var state = source.Mix;
            var isLouder = IsCandidate(source) && state.Energy > weakest.Mix.Energy * Louder;
            state.ChallengeFrames = isLouder ? state.ChallengeFrames + 1 : 0;
        }

        if (loudest.Mix.ChallengeFrames < ChallengeFrames) return;
        (weakest.Mix.IsChosen, loudest.Mix.IsChosen, loudest.Mix.ChallengeFrames) = (false, true, 0);
    }

    private static bool IsCandidate(VoiceSource source) => source.IsEligible && source.IsSpeaking && !source.Mix.IsChosen;

    private static VoiceSource? Weakest(List<VoiceSource> sources)
    {
        VoiceSource? found = null;
        foreach (var source in sources)
            if (source.Mix.IsChosen && (found is null || source.Mix.Energy < found.Mix.Energy)) found = source;
        return found;
    }

    private static VoiceSource? Loudest(List<VoiceSource> sources)
    {
        VoiceSource? found = null;
        foreach (var source in sources)
            if (IsCandidate(source) && (found is null || source.Mix.Energy > found.Mix.Energy)) found = source;
        return found;
    }
}
