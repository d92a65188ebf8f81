namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>The numbers of a VP9 payload descriptor that a switch of source changes (RFC 9628 section 4.2).</summary>
/// <param name="IsWide">15-bit form of the picture id.</param>
internal readonly record struct Vp9Numbers(bool HasPicture, ushort Picture, bool IsWide, bool HasTl0, byte Tl0);

/// <summary>What to write instead: the picture id always in its 15-bit form.</summary>
internal readonly record struct Vp9Rewritten(ushort Picture, byte Tl0);

/// <summary>
/// Picture id and TL0PICIDX of one slot, moved only when the source changes: within a source the reference differences
/// (P_DIFF) count picture ids, so dropped pictures must leave their holes.
/// </summary>
internal sealed class Vp9Rewriter
{
    private const int PictureMask = 0x7FFF;

    // Further back than any late packet: the encoder began to count anew.
    private const int LatestPictures = 128;

    private PictureUnwrapper _unwrapper;
    private long _pictureOffset;
    private int _tl0Offset;
    private long _first;
    private long _newest;
    private long _lastPicture;
    private byte _lastTl0;
    private bool _begun;
    private bool _hasLast;

    /// <summary>The next packet rewritten is the first of a keyframe of another source.</summary>
    public void BeginSource(in Vp9Numbers first)
    {
        _first = _newest = _unwrapper.Begin(first.Picture, first.IsWide);
        _pictureOffset = _hasLast ? _first - (_lastPicture + 1) : _first - first.Picture;
        _tl0Offset = _hasLast && first.HasTl0 ? first.Tl0 - (_lastTl0 + 1) : 0;
        _begun = true;
    }

    /// <summary>The picture's extended number, for <see cref="SourcePacketFacts.Picture"/>.</summary>
    public long NumberOf(in Vp9Numbers numbers) =>
        numbers.HasPicture && _begun ? _unwrapper.Unwrap(numbers.Picture, numbers.IsWide) : SourcePacketFacts.UnknownPicture;

    /// <summary>False: the picture lies before the source's start.</summary>
    public bool TryRewrite(in Vp9Numbers numbers, out Vp9Rewritten rewritten)
    {
        var number = numbers.HasPicture ? _unwrapper.Unwrap(numbers.Picture, numbers.IsWide) : _newest;
        rewritten = new Vp9Rewritten((ushort)((number - _pictureOffset) & PictureMask), (byte)(numbers.Tl0 - _tl0Offset));
        if (!_begun || (number < _first && _first - number < LatestPictures)) return false;
        if (number >= _newest) Remember(number, numbers, rewritten);
        return true;
    }

    private void Remember(long number, in Vp9Numbers numbers, in Vp9Rewritten rewritten)
    {
        _unwrapper.Accept(number);
        _newest = number;
        _lastPicture = number - _pictureOffset;
        if (numbers.HasTl0) _lastTl0 = rewritten.Tl0;
        _hasLast = true;
    }
}
