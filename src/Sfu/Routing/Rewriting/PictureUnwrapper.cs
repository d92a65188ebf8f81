namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>Extends 7-bit or 15-bit picture ids to numbers that never wrap.</summary>
internal struct PictureUnwrapper
{
    private long _last;

    public long Begin(ushort picture, bool isWide)
    {
        // One turn above zero, so that pictures before the first do not become negative.
        _last = (isWide ? 0x8000 : 0x80) + picture;
        return _last;
    }

    /// <summary>The number nearest to the newest accepted one.</summary>
    public readonly long Unwrap(ushort picture, bool isWide)
    {
        var range = isWide ? 0x8000 : 0x80;
        var step = (int)((picture - _last) & (range - 1));
        return _last + (step < range / 2 ? step : step - range);
    }

    public void Accept(long number)
    {
        if (number > _last) _last = number;
    }
}
