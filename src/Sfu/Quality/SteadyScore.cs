namespace Sylk.Conference.Sfu.Quality;

/// <summary>
/// A score that does not flap: it falls when two looks in a row agree (at once when by two or more), rises by one step when three
/// in a row are better, and its cause changes when two in a row say so.
/// </summary>
internal struct SteadyScore()
{
    private const int LooksToFall = 2;
    private const int LooksToRise = 3;

    private int _worse;
    private int _better;
    private int _otherwise;

    public int Score { get; private set; } = QualityScore.Best;

    public QualityCause Cause { get; private set; }

    /// <summary>True when something others should know has changed.</summary>
    public bool Update(int score, QualityCause cause)
    {
        _worse = score < Score ? _worse + 1 : 0;
        _better = score > Score ? _better + 1 : 0;
        _otherwise = score == Score && cause != Cause ? _otherwise + 1 : 0;
        if (_worse >= LooksToFall || score <= Score - 2)
            return Set(score, cause);
        if (_better >= LooksToRise)
            return Set(Score + 1, score == Score + 1 ? cause : Cause);
        return _otherwise >= LooksToFall && Set(score, cause);
    }

    private bool Set(int score, QualityCause cause)
    {
        (_worse, _better, _otherwise) = (0, 0, 0);
        (Score, Cause) = (score, score == QualityScore.Best ? QualityCause.None : cause);
        return true;
    }
}
