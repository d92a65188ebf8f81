namespace Sylk.Conference.Sfu.Quality;

/// <summary>Loss of one stream over the last seconds: sums that fade by four tenths with each look.</summary>
internal struct LossWindow
{
    private const double Kept = 0.6;

    private long _expected;
    private long _lost;
    private bool _began;

    /// <summary>Packets of the window that should have come.</summary>
    public double Expected { get; private set; }

    public double Lost { get; private set; }

    public readonly double Percent => Expected <= 0 ? 0 : 100 * Lost / Expected;

    /// <param name="expected">Since the stream's start.</param>
    /// <param name="lost">Since the stream's start; may fall when what was late comes.</param>
    public void Look(long expected, long lost)
    {
        if (_began)
        {
            var came = Math.Max(0, expected - _expected);
            Expected = (Expected * Kept) + came;
            Lost = (Lost * Kept) + Math.Clamp(lost - _lost, 0, came);
        }

        (_expected, _lost, _began) = (expected, lost, true);
    }
}
