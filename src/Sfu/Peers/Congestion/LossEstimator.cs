using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <param name="Delay">What the delay-based half allows, bits per second.</param>
/// <param name="Acknowledged">Bits per second; negative while unknown.</param>
internal readonly record struct LossInput(double Delay, double Acknowledged, bool IsLimited);

/// <summary>
/// The loss-based half: which bandwidth, with which loss the link has anyway, explains best what was lost? Random loss that does
/// not depend on the rate is told from a full queue, and costs no bandwidth (sfu E.11 "Loss v2").
/// </summary>
internal sealed class LossEstimator(double start, double least)
{
    private const int LeastObservations = 3;
    private const double NewtonStep = 0.75;
    private const double LeastInherent = 0.001;
    private const double MostInherentOffset = 0.05;
    private const double InherentBalance = 100_000;
    private const double LinearBias = 0.0002;
    private const double LogBias = 0.02;
    private const double BiasUntilLoss = 0.2;
    private const double BiasSmoothing = 0.002;
    private const double RampOverAcknowledged = 1.5;
    private const double RampInHold = 1.2;
    private const double RecoveryStep = 1.3;
    private const int RecoveryMs = 300;
    private const int ShortestHoldMs = 300;
    private const int LongestHoldMs = 60_000;

    private readonly LossObservations _observations = new();
    private Candidate _current = new(start, 0.01);
    private Instant _holdUntil;
    private double _holdRate;
    private int _holdMs = ShortestHoldMs;
    private Instant _recoveryStepAt;
    private double _recoveryFrom;

    /// <summary>Bits per second; never above what the delay-based half said last.</summary>
    public double BitsPerSecond => _current.Bandwidth;

    /// <summary>Loss, not delay, limits the rate now.</summary>
    public bool IsLimiting { get; private set; }

    /// <summary>Weighted share lost over the last four seconds or so, 0–1.</summary>
    public double AverageLoss => _observations.AverageLoss;

    public void OnFeedback(Instant now, ReadOnlySpan<PacketResult> results, in LossInput input)
    {
        var complete = _observations.Add(results);
        if (_observations.Count < LeastObservations)
        {
            _current = _current with { Bandwidth = input.Delay };
            return;
        }

        if (complete && (IsLimiting || AverageLoss > 0))
            Choose(now, input);
        if (!IsLimiting || _current.Bandwidth > input.Delay)
            _current = _current with { Bandwidth = IsLimiting ? Math.Min(_current.Bandwidth, input.Delay) : input.Delay };
    }

    /// <summary>A probe or a changed network said so: begin from here.</summary>
    public void Set(double rate) => _current = _current with { Bandwidth = Math.Max(rate, least) };

    /// <summary>The path was gone and is back: what was lost meanwhile is no sign of its bandwidth.</summary>
    public void Restart(Instant now, double rate)
    {
        _observations.Reset(now);
        _current = new Candidate(Math.Max(rate, least), 0.01);
        IsLimiting = false;
        _holdUntil = now;
        _holdMs = ShortestHoldMs;
    }

    private void Choose(Instant now, in LossInput input)
    {
        var best = _current;
        var score = double.NegativeInfinity;
        Try(_current.Bandwidth * 1.02, ref best, ref score);
        Try(_current.Bandwidth, ref best, ref score);
        Try(_current.Bandwidth * 0.95, ref best, ref score);
        if (input.Acknowledged > 0 && !input.IsLimited)
            Try(input.Acknowledged, ref best, ref score);
        Try(input.Delay, ref best, ref score);

        var reduced = best.Bandwidth < _current.Bandwidth * 0.999;
        var rate = Math.Min(Ramp(now, best.Bandwidth, input), input.Delay);
        IsLimiting = rate < input.Delay * 0.999;
        if (!IsLimiting)
            _holdMs = ShortestHoldMs;
        else if (reduced)
            BeginHold(now, rate);
        _current = new Candidate(Math.Max(least, rate), best.Inherent);
    }

    private double Ramp(Instant now, double rate, in LossInput input)
    {
        if (!IsLimiting || rate <= _current.Bandwidth)
            return rate;
        var holds = now < _holdUntil;
        if (holds)
            rate = Math.Min(rate, Math.Max(_holdRate, _current.Bandwidth));
        if (input.Acknowledged > 0)
            rate = Math.Min(rate, Math.Max(_current.Bandwidth, input.Acknowledged * (holds ? RampInHold : RampOverAcknowledged)));
        if (now >= _recoveryStepAt)
        {
            _recoveryStepAt = now.PlusMilliseconds(RecoveryMs);
            _recoveryFrom = _current.Bandwidth;
        }

        return Math.Min(rate, Math.Max(_recoveryFrom * RecoveryStep, _current.Bandwidth));
    }

    private void BeginHold(Instant now, double rate)
    {
        _holdUntil = now.PlusMilliseconds(_holdMs);
        _holdRate = rate;
        _holdMs = Math.Min(_holdMs * 2, LongestHoldMs);
    }

    private void Try(double bandwidth, ref Candidate best, ref double score)
    {
        var candidate = new Candidate(bandwidth, _current.Inherent);
        candidate = candidate with { Inherent = Improve(candidate) };
        var value = Score(candidate);
        if (value <= score)
            return;
        score = value;
        best = candidate;
    }

    /// <summary>One Newton step of the inherent loss towards the most likely one.</summary>
    private double Improve(in Candidate candidate)
    {
        double first = 0, second = 0;
        for (var age = 0; age < _observations.Count; age++)
        {
            var seen = _observations[age];
            var loss = LossAt(candidate, seen.SendingRate);
            var weight = LossObservations.WeightOf(age);
            first += weight * ((seen.Lost / loss) - (seen.Received / (1 - loss)));
            second -= weight * ((seen.Lost / (loss * loss)) + (seen.Received / ((1 - loss) * (1 - loss))));
        }

        var step = second == 0 ? 0 : NewtonStep * first / second;
        return Math.Clamp(candidate.Inherent - step, LeastInherent, MostInherentOffset + (InherentBalance / candidate.Bandwidth));
    }

    private double Score(in Candidate candidate)
    {
        double likelihood = 0, packets = 0;
        for (var age = 0; age < _observations.Count; age++)
        {
            var seen = _observations[age];
            var loss = LossAt(candidate, seen.SendingRate);
            var weight = LossObservations.WeightOf(age);
            likelihood += weight * ((seen.Lost * Math.Log(loss)) + (seen.Received * Math.Log(1 - loss)));
            packets += weight * seen.Packets;
        }

        var kbps = candidate.Bandwidth / 1_000;
        return likelihood + (packets * ((Bias(LinearBias) * kbps) + (Bias(LogBias) * Math.Log(1 + kbps))));
    }

    /// <summary>A preference for more bandwidth that turns round once much is lost.</summary>
    private double Bias(double factor)
    {
        var room = BiasUntilLoss - _observations.AverageLoss;
        return factor * room / (BiasSmoothing + Math.Abs(room));
    }

    private static double LossAt(in Candidate candidate, double rate)
    {
        var excess = rate > candidate.Bandwidth ? (rate - candidate.Bandwidth) / rate : 0;
        return Math.Clamp(candidate.Inherent + ((1 - candidate.Inherent) * excess), 1e-6, 1 - 1e-6);
    }

    private readonly record struct Candidate(double Bandwidth, double Inherent);
}
