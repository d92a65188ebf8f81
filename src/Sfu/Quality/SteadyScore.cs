namespace Sylk.Conference.Sfu.Quality;

/// <summary>
/// A score that does not flap, and warns of what lasts: it falls when three looks in a row are worse, and then to the mildest of
/// them, so that one bad moment (a page that starts, a burst) is no warning; it rises by one step when three in a row are better,
/// and its cause changes when two in a row say so.
/// </summary>
internal struct SteadyScore()
{
    private const int LooksToFall = 3;
    private const int LooksToRise = 3;
    private const int LooksToRename = 2;

    private int _worse;
    private int _mildest;
    private int _better;
    private int _otherwise;

    public int Score { get; private set; } = QualityScore.Best;

    public QualityCause Cause { get; private set; }

    /// <summary>True when something others should know has changed.</summary>
    public bool Update(int score, QualityCause cause)
    {
        _mildest = _worse == 0 ? score : Math.Max(_mildest, score);
        _worse = score < Score ? _worse + 1 : 0;
        _better = score > Score ? _better + 1 : 0;
        _otherwise = score == Score && cause != Cause ? _otherwise + 1 : 0;
        if (_worse >= LooksToFall)
            return Set(_mildest, cause);
        if (_better >= LooksToRise)
            return Set(Score + 1, score == Score + 1 ? cause : Cause);
        return _otherwise >= LooksToRename && Set(score, cause);
    }

    private bool Set(int score, QualityCause cause)
    {
        (_worse, _better, _otherwise) = (0, 0, 0);
        (Score, Cause) = (score, score == QualityScore.Best ? QualityCause.None : cause);
        return true;
    }
}
