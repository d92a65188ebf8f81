using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-06: VP8 picture ids out are monotone over loss, pictures left out, late packets and switches of source; a picture has one id
/// however many packets it has, and no two have the same.
/// </summary>
internal sealed class PictureScript
{
    private const int Remembered = 40;
    private readonly List<(long Number, long Out)> _placed = [];
    private readonly HashSet<long> _dropped = [];
    private Vp8Rewriter _rewriter = new();
    private long _number;
    private long _newestOut;
    private bool _isWide;

    public static FuzzTarget Target => new("Z-06-pictures", "VP8 picture ids", EventScript.Seeds(), () => new PictureScript().Check)
    {
        MaxLength = EventScript.MaxLength,
    };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        (_rewriter, _newestOut) = (new Vp8Rewriter(), -1);
        if (input.Length < EventScript.EventLength)
            return FuzzVerdict.Refused;
        return Switch(input[2] << 8 | input[3], (input[0] & 8) != 0) is { } early ? FuzzVerdict.Violates(early)
            : new EventScript(input, Instant.FromMilliseconds(1_000), 10).Play(Step) is { } fault ? FuzzVerdict.Violates(fault)
            : FuzzVerdict.Accepted;
    }

    private string? Step(in EventScript script) => (script.Event & 7) switch
    {
        0 or 1 or 2 => Next(lost: 0),
        3 => Next(lost: 1 + (script.Argument % 12)),
        4 => LeaveOut(),
        5 => Switch(script.Argument, (script.Event & 8) != 0),
        6 => Again(script.Argument),
        _ => Late(script.Argument),
    };

    private string? Switch(int picture, bool isWide)
    {
        _placed.Clear();
        _dropped.Clear();
        _isWide = isWide;
        // Two turns above zero: numbers of late pictures stay positive.
        var range = isWide ? 0x8000 : 0x80;
        _number = (2 * range) + (picture & (range - 1));
        _rewriter.BeginSource(Numbers(_number));
        return Place(_number, _newestOut < 0 ? -1 : _newestOut + 1);
    }

    private string? Next(int lost)
    {
        _number += lost + 1;
        return Place(_number, _newestOut + lost + 1);
    }

    private string? Place(long number, long expected)
    {
        if (!_rewriter.TryRewrite(Numbers(number), out var rewritten))
            return "a new picture was refused";
        if (expected < 0)
            expected = rewritten.Picture;
        if (rewritten.Picture != (expected & 0x7FFF))
            return "a new picture's id does not follow the one before";
        _newestOut = expected;
        _placed.Add((number, expected));
        return null;
    }

    private string? LeaveOut()
    {
        _number++;
        _dropped.Add(_number);
        return !_rewriter.DropPicture(Numbers(_number)) ? "a picture could not be left out"
            : _rewriter.TryRewrite(Numbers(_number), out _) ? "a picture left out was sent"
            : null;
    }

    private string? Again(int argument)
    {
        var (number, was) = _placed[^(1 + (argument % _placed.Count))];
        if (_number - number > Remembered)
            return null;
        return _rewriter.TryRewrite(Numbers(number), out var rewritten) && rewritten.Picture == (was & 0x7FFF) ? null : "a picture has two ids";
    }

    private string? Late(int argument)
    {
        var number = _number - (argument % Remembered);
        if (number < _placed[0].Number || _dropped.Contains(number) || _placed.Exists(item => item.Number == number))
            return null;
        if (!_rewriter.TryRewrite(Numbers(number), out var rewritten))
            return "a late picture was refused";
        var after = _placed.FindIndex(item => item.Number > number);
        var before = _placed[(after < 0 ? _placed.Count : after) - 1];
        var place = before.Out + ((rewritten.Picture - before.Out) & 0x7FFF);
        if (place == before.Out || place > _newestOut || (after >= 0 && place >= _placed[after].Out))
            return "a late picture does not lie between its neighbours";
        _placed.Insert(after < 0 ? _placed.Count : after, (number, place));
        return null;
    }

    private Vp8Numbers Numbers(long number) => new(
        HasPicture: true, (ushort)(number & (_isWide ? 0x7FFF : 0x7F)), _isWide, HasTl0: true, (byte)number, HasKeyIndex: false, 0);
}
