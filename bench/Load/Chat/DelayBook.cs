using System.Diagnostics;
using System.Globalization;

namespace Sylk.Conference.Load.Chat;

/// <summary>How long lines took to the readers of one wire, and how many came. A line's text is the moment it was begun.</summary>
internal sealed class DelayBook(string wire, int readers)
{
    private const string Mark = "at ";
    private readonly Lock _gate = new();
    private readonly List<double> _delays = [];
    private long _from = long.MaxValue;

    public string Wire => wire;

    public int Readers => readers;

    /// <summary>Lines said by this wire's own people, who are not shown them.</summary>
    public long OwnUnseen { get; set; }

    public static string Words() => Mark + Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture);

    /// <summary>Lines begun from now on count.</summary>
    public void Begin()
    {
        lock (_gate)
            _from = Stopwatch.GetTimestamp();
    }

    public void Note(ReadOnlySpan<char> words)
    {
        if (!words.StartsWith(Mark) || !long.TryParse(words[Mark.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var begun))
            return;
        var delay = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        lock (_gate)
        {
            if (begun >= _from)
                _delays.Add(delay);
        }
    }

    /// <param name="said">Lines that were acknowledged.</param>
    public string Report(long said)
    {
        lock (_gate)
        {
            _delays.Sort();
            var expected = (said * readers) - OwnUnseen;
            var (p50, p99) = (At(0.5), At(0.99));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{wire}: {readers} readers, {_delays.Count} of {expected} lines shown ({expected - _delays.Count} lost), p50 {p50:0} ms, p99 {p99:0} ms (bar 250 ms: {(p99 <= 250 && _delays.Count >= expected ? "met" : "missed")})");
        }
    }

    private double At(double share) => _delays.Count == 0 ? double.NaN : _delays[(int)Math.Min(_delays.Count - 1, _delays.Count * share)];
}
