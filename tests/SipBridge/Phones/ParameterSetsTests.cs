using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>Which parameter sets go before which H.264 packet (VID-5).</summary>
public sealed class ParameterSetsTests
{
    private static readonly byte[] Sequence = [0x67, 0x42, 0xE0, 0x1F, 0xDA], Picture = [0x68, 0xCE, 0x3C], Other = [0x67, 0x42, 0xE0, 0x1E, 0xDB];
    private static readonly byte[] Idr = [0x65, 0x88, 1], LaterSlice = [0x65, 0x48, 1], Delta = [0x61, 0x88, 1];
    private static readonly byte[] IdrBegins = [0x7C, 0x85, 0x88], IdrGoesOn = [0x7C, 0x05, 0x88], SequenceBegins = [0x7C, 0x87, 0x42];

    private readonly ParameterSets _sets = new();

    [Fact(DisplayName = "VID-5 What the stream said stands before every IDR picture that comes without it, once, and before nothing else")]
    public void Repeats()
    {
        Assert.Empty(Before(Idr, 1));
        Assert.Empty(Before(Sequence, 2));
        Assert.Empty(Before(Picture, 2));
        Assert.Empty(Before(Idr, 2));
        Assert.Empty(Before(Delta, 3));
        Assert.Equal([Sequence, Picture], Before(Idr, 4));
        Assert.Empty(Before(LaterSlice, 4));
        Assert.Equal([Sequence, Picture], Before(IdrBegins, 5));
        Assert.Empty(Before(IdrGoesOn, 5));
        Assert.Empty(Before(Sequence, 6));
        Assert.Equal([Picture], Before(Idr, 6));
    }

    [Fact(DisplayName = "VID-5 Sets in an aggregate count, the newest of an id replaces the one before, sequences stand first")]
    public void Aggregates()
    {
        Assert.Empty(Before(Picture, 1));
        Assert.Empty(Before([0x78, 0, 5, .. Sequence, 0, 3, .. Idr], 1));
        Assert.Equal([Sequence, Picture], Before([0x78, 0, 3, .. Idr], 2));
        Assert.Empty(Before(Other, 3));
        Assert.Equal([Other, Picture], Before(Idr, 4));
    }

    [Fact(DisplayName = "VID-5 sprop-parameter-sets count from the start and for another source; what is no base64 or no set is passed over")]
    public void Described()
    {
        var described = $"!,{Convert.ToBase64String(Sequence)},{Convert.ToBase64String(Idr)},, {Convert.ToBase64String(Picture)}";
        _sets.Describe(described);
        Assert.Equal([Sequence, Picture], Before(Idr, 1));
        Assert.Empty(Before(Other, 2));
        _sets.Describe(described);
        Assert.Equal([Other, Picture], Before(Idr, 3));
        _sets.Begin();
        Assert.Equal([Sequence, Picture], Before(Idr, 4));
        _sets.Describe(null);
        Assert.Empty(Before(Idr, 5));
    }

    [Fact(DisplayName = "Sets too long to keep make what is kept void, more than fit are not repeated, and broken packets are passed on as they are")]
    public void Bounds()
    {
        Assert.Empty(Before(Sequence, 1));
        Assert.Empty(Before(SequenceBegins, 2));
        Assert.Empty(Before(Idr, 3));
        Assert.Empty(Before(Sequence, 4));
        Assert.Empty(Before([.. Sequence, .. new byte[ParameterSets.Largest]], 5));
        Assert.Empty(Before(Idr, 6));
        foreach (byte[] broken in (byte[][])[[], [0x67], [0x78, 0, 9, 0x67, 1], [0x67, 0x42, 0xE0, 0x1F, 0, 0, 0], [0x68, 0]])
            Assert.Empty(Before(broken, 7));
        Assert.Empty(Before(Idr, 7));
        for (var id = 0; id < 7; id++)
            Assert.Empty(Before([0x68, (byte)((id + 1) << (id < 1 ? 7 : id < 3 ? 5 : 3))], 8));
        Assert.Equal(ParameterSets.Most, Before(Idr, 9).Count);
    }

    private List<byte[]> Before(byte[] payload, uint timestamp)
    {
        var units = new List<byte[]>();
        for (var missing = _sets.Read(payload, timestamp); missing != 0;)
            units.Add(_sets.Unit(ref missing).ToArray());
        return units;
    }
}
