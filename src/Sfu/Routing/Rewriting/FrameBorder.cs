namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>
/// The newest packet of a source and whether it was kept, to decide about a gap after it. A gap may only be closed when
/// every packet missing in it provably belonged to frames we drop; otherwise it stays, and the receiver asks for it.
/// </summary>
internal readonly struct FrameBorder(in SourcePacketFacts last, bool isDropped)
{
    private readonly uint _timestamp = last.Timestamp;
    private readonly long _picture = last.Picture;
    private readonly bool _isDropped = isDropped;
    private readonly bool _dropsAfter = isDropped ? (last.Dropped & DroppedPart.After) != 0 : last.Marker || last.EndsFrame;
    private readonly DroppedPart _dropped = last.Dropped;
    private readonly bool _isSet = true;

    /// <param name="next">The packet after the gap.</param>
    /// <param name="dropping">Whether that packet is being dropped.</param>
    public bool ProvesDropped(in SourcePacketFacts next, bool dropping)
    {
        if (!_isSet) return false;
        var dropsBefore = dropping ? (next.Dropped & DroppedPart.Before) != 0 : next.StartsFrame;
        if (!IsSamePicture(next)) return IsNeighbour(next) && _dropsAfter && dropsBefore;
        if (_isDropped && dropping) return _dropsAfter || dropsBefore;
        // A picture of which a part is kept: only spatial layers below or above that part are left out of it.
        if (dropping) return _dropsAfter && next.Dropped == DroppedPart.After;
        return _isDropped && _dropped == DroppedPart.Before && dropsBefore;
    }

    private bool IsSamePicture(in SourcePacketFacts next) =>
        _picture == SourcePacketFacts.UnknownPicture || next.Picture == SourcePacketFacts.UnknownPicture
            ? next.Timestamp == _timestamp
            : next.Picture == _picture;

    // Only then no whole frame, of which we cannot know what we would have done with it, is missing in between.
    private bool IsNeighbour(in SourcePacketFacts next) =>
        _picture != SourcePacketFacts.UnknownPicture && next.Picture == _picture + 1;
}
