namespace Sylk.Conference.Sfu.Quality;

/// <summary>
/// One number people understand, from measurements. Sound follows the E-model (ITU-T G.107): rating R = 93.2 (its default without
/// impairments) less what delay (Idd, G.107 §7.4) and loss (Ie-eff, §7.5) take; R becomes 1 to 5 by the user-satisfaction bands of
/// its Annex B. Pictures have no such model for a conference: the same R with impairments of our own for loss, smaller or missing
/// pictures and freezes, chosen so that the bands mean about the same.
/// </summary>
internal static class QualityScore
{
    public const int Best = 5;

    private const double NoImpairment = 93.2;

    /// <summary>Loss robustness Bpl. G.113 gives 25.1 for G.711 that conceals its losses; Opus conceals no worse.</summary>
    private const double Robustness = 25;
    private const double WorstCodec = 95;

    /// <summary>Packet of 20 ms, look-ahead and play-out of an unjittered stream.</summary>
    private const double FixedDelayMs = 40;

    /// <summary>Jitter that play-out buffers take without losing anything.</summary>
    private const double PlayableJitterMs = 40;
    private const double MostLatePercent = 20;
    private const double PerSmallerPicture = 12;
    private const double AllPaused = 55;
    private const double PerFreeze = 9;
    private const double MostFreezes = 5;
    private const double CpuPenalty = 20;

    public static (int Score, QualityCause Cause) Of(TrackKind kind, in LineConditions line)
    {
        Span<double> taken = stackalloc double[7];
        var late = Math.Min(MostLatePercent, Math.Max(0, line.JitterMs - PlayableJitterMs) / 10);
        taken[(int)QualityCause.Loss] = OfLoss(line.LossPercent);
        taken[(int)QualityCause.Jitter] = OfLoss(line.LossPercent + late) - taken[(int)QualityCause.Loss];
        taken[(int)QualityCause.Delay] = OfDelay(FixedDelayMs + (line.RoundTripMs / 2) + (2 * Math.Min(line.JitterMs, PlayableJitterMs)));
        if (kind == TrackKind.Video)
        {
            taken[(int)QualityCause.Bandwidth] = Math.Max(PerSmallerPicture * line.LayersMissing, 0) + (AllPaused * line.PausedShare);
            taken[(int)QualityCause.Freeze] = PerFreeze * Math.Clamp(line.Freezes, 0, MostFreezes);
            taken[(int)QualityCause.Cpu] = line.IsCpuLimited ? CpuPenalty : 0;
        }

        var rating = NoImpairment;
        var worst = QualityCause.None;
        for (var cause = QualityCause.Loss; cause <= QualityCause.Cpu; cause++)
        {
            rating -= taken[(int)cause];
            if (taken[(int)cause] > taken[(int)worst])
                worst = cause;
        }

        var score = Band(rating);
        return (score, score == Best ? QualityCause.None : worst);
    }

    /// <summary>G.107 Annex B: satisfied (80), some dissatisfied (70), many (60), nearly all (50).</summary>
    private static int Band(double rating) => rating switch { >= 80 => 5, >= 70 => 4, >= 60 => 3, >= 50 => 2, _ => 1 };

    private static double OfLoss(double percent) => WorstCodec * percent / (percent + Robustness);

    private static double OfDelay(double milliseconds)
    {
        if (milliseconds <= 100)
            return 0;
        var x = Math.Log2(milliseconds / 100);
        return 25 * (SixthRoot(x) - (3 * SixthRoot(x / 3)) + 2);
    }

    private static double SixthRoot(double x) => Math.Pow(1 + Math.Pow(x, 6), 1.0 / 6);
}
