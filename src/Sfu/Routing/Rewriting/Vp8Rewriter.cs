namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>The fields of a VP8 payload descriptor that a switch of source or a temporal drop changes (RFC 7741 section 4.2).</summary>
/// <param name="Picture">7 or 15 bits as sent; only meaningful with <paramref name="HasPicture"/>.</param>
/// <param name="IsWide">15-bit form (bit M).</param>
internal readonly record struct Vp8Numbers(
    bool HasPicture, ushort Picture, bool IsWide, bool HasTl0, byte Tl0, bool HasKeyIndex, byte KeyIndex);

/// <summary>What to write instead: the picture id always in its 15-bit form. Fields absent in the source stay absent.</summary>
internal readonly record struct Vp8Rewritten(ushort Picture, byte Tl0, byte KeyIndex);

/// <summary>
/// Picture id, TL0PICIDX and KEYIDX of one slot, continuous over switches of source. Pictures dropped by the temporal
/// filter leave no hole in the picture ids; late packets get what was in force for their picture.
/// </summary>
internal sealed class Vp8Rewriter
{
    private const int PictureMask = 0x7FFF;
    private const int KeyIndexMask = 0x1F;

    private readonly NumberLine _pictures = new(128);
    private PictureUnwrapper _unwrapper;
    private bool _begun;
    private bool _hasLast;
    private int _tl0Offset;
    private int _keyOffset;
    private byte _lastTl0;
    private byte _lastKeyIndex;

    public void FetchLine() => Protocols.CacheLine.Fetch(_pictures);

    /// <summary>The next packet rewritten is the first of a keyframe of another source.</summary>
    public void BeginSource(in Vp8Numbers first)
    {
        var number = _unwrapper.Begin(first.Picture, first.IsWide);
        _pictures.Begin(number, _hasLast ? _pictures.HeadOut + 1 : first.Picture);
        _tl0Offset = _hasLast && first.HasTl0 ? first.Tl0 - (_lastTl0 + 1) : 0;
        _keyOffset = _hasLast && first.HasKeyIndex ? first.KeyIndex - (_lastKeyIndex + 1) : 0;
        _begun = true;
    }

    /// <summary>The picture's extended number, for <see cref="SourcePacketFacts.Picture"/>.</summary>
    public long NumberOf(in Vp8Numbers numbers) =>
        numbers.HasPicture && _begun ? _unwrapper.Unwrap(numbers.Picture, numbers.IsWide) : SourcePacketFacts.UnknownPicture;

    /// <summary>False: the picture was dropped, or lies before the source's start or further back than we remember.</summary>
    public bool TryRewrite(in Vp8Numbers numbers, out Vp8Rewritten rewritten)
    {
        rewritten = default;
        var picture = 0L;
        var isNewest = true;
        if (numbers.HasPicture)
        {
            if (!_begun) return false;
            var number = _unwrapper.Unwrap(numbers.Picture, numbers.IsWide);
            if (_pictures.Head - number >= _pictures.Window) number = RestartAt(numbers);
            isNewest = number >= _pictures.Head;
            if (!_pictures.TryPlace(number, out picture, out _)) return false;
            _unwrapper.Accept(number);
        }

        rewritten = new Vp8Rewritten(
            (ushort)(picture & PictureMask), (byte)(numbers.Tl0 - _tl0Offset), (byte)((numbers.KeyIndex - _keyOffset) & KeyIndexMask));
        if (isNewest) Remember(numbers, rewritten);
        return true;
    }

    /// <summary>A packet of a picture the temporal filter leaves out. False: the picture was sent in part, or counted as lost.</summary>
    public bool DropPicture(in Vp8Numbers numbers)
    {
        if (!numbers.HasPicture || !_begun) return false;
        var number = _unwrapper.Unwrap(numbers.Picture, numbers.IsWide);
        _unwrapper.Accept(number);
        return _pictures.Drop(number);
    }

    // No packet is that late: the encoder began to count anew without changing its source.
    private long RestartAt(in Vp8Numbers numbers)
    {
        var number = _unwrapper.Begin(numbers.Picture, numbers.IsWide);
        _pictures.Begin(number, _pictures.HeadOut + 1);
        return number;
    }

    private void Remember(in Vp8Numbers numbers, in Vp8Rewritten rewritten)
    {
        if (numbers.HasTl0) _lastTl0 = rewritten.Tl0;
        if (numbers.HasKeyIndex) _lastKeyIndex = rewritten.KeyIndex;
        _hasLast = true;
    }
}
