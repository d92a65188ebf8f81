namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>The three candidates for the first timestamp after a switch of source, extended, in ticks of the slot's clock.</summary>
/// <param name="Reference">By the sender reports of both sources; null when one of them is missing.</param>
/// <param name="Expected">By the wall clock.</param>
/// <param name="Last">The newest timestamp sent.</param>
internal readonly record struct SwitchCandidates(long? Reference, long Expected, long Last, int ClockRate)
{
    public long Floor => Last + 1;

    public long Ticks(int milliseconds) => (long)ClockRate * milliseconds / 1_000;
}

/// <summary>Chooses where on a slot's time line a new source begins; remembers that it asked for another keyframe once.</summary>
internal struct SwitchTimestamp
{
    private const int LayerBehindMs = 50;
    private const int ResumeBehindMs = 2_000;
    private const int LayerAheadMs = 25;
    private const int ResumeAheadMs = 200;

    private bool _waited;

    /// <summary>False: the target lies too far behind, wait for its next keyframe. The second time it is taken as it is.</summary>
    public bool TryChoose(SwitchKind kind, in SwitchCandidates candidates, out long timestamp)
    {
        var expected = Math.Max(candidates.Expected, candidates.Floor);
        timestamp = expected;
        if (candidates.Reference is not { } reference) return Taken();

        if (reference > candidates.Last)
        {
            var tolerance = candidates.Ticks(kind == SwitchKind.Resume ? ResumeAheadMs : LayerAheadMs);
            timestamp = reference > expected + tolerance ? expected : reference;
            return Taken();
        }

        var behind = candidates.Last - reference;
        var allowed = candidates.Ticks(kind == SwitchKind.Resume ? ResumeBehindMs : LayerBehindMs);
        if (behind <= allowed)
        {
            timestamp = candidates.Floor;
            return Taken();
        }

        // Another publisher's clock says nothing about the pictures already shown, so there is nothing to wait for.
        if (kind != SwitchKind.Layer) return Taken();
        timestamp = candidates.Floor;
        if (_waited) return Taken();
        _waited = true;
        return false;
    }

    private bool Taken()
    {
        _waited = false;
        return true;
    }
}
