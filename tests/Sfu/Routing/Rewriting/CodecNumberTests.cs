using CsCheck;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Tests.Routing.Rewriting;

public class CodecNumberTests
{
    private static Vp8Numbers Vp8(int picture, int tl0 = 0, int key = 0, bool wide = true) =>
        new(true, (ushort)picture, wide, true, (byte)tl0, true, (byte)key);

    private static Vp8Rewritten? Rewrite(Vp8Rewriter rewriter, Vp8Numbers numbers) =>
        rewriter.TryRewrite(numbers, out var rewritten) ? rewritten : null;

    [Fact(DisplayName = "E.19.1 VP8 picture id wraps after 32,767, TL0PICIDX after 255, KEYIDX after 31")]
    public void Vp8Wraps()
    {
        var rewriter = new Vp8Rewriter();
        rewriter.BeginSource(Vp8(32_767, 255, 31));
        Assert.Equal(new Vp8Rewritten(32_767, 255, 31), Rewrite(rewriter, Vp8(32_767, 255, 31)));
        Assert.Equal(new Vp8Rewritten(0, 0, 0), Rewrite(rewriter, Vp8(0, 0, 0)));
        Assert.Equal(new Vp8Rewritten(32_767, 255, 31), Rewrite(rewriter, Vp8(32_767, 255, 31)));
        rewriter.BeginSource(Vp8(500, 77, 3));
        Assert.Equal(new Vp8Rewritten(1, 1, 1), Rewrite(rewriter, Vp8(500, 77, 3)));
    }

    [Fact(DisplayName = "E.5 a switch of source continues all three VP8 numbers by one")]
    public void Vp8Switch()
    {
        var rewriter = new Vp8Rewriter();
        rewriter.BeginSource(Vp8(100, 10, 5));
        Rewrite(rewriter, Vp8(100, 10, 5));
        Rewrite(rewriter, Vp8(101, 10, 5));
        rewriter.BeginSource(Vp8(7, 200, 30));
        Assert.Equal(new Vp8Rewritten(102, 11, 6), Rewrite(rewriter, Vp8(7, 200, 30)));
        Assert.Equal(new Vp8Rewritten(103, 12, 7), Rewrite(rewriter, Vp8(8, 201, 31)));
        Assert.Null(Rewrite(rewriter, Vp8(6, 199, 29)));
    }

    [Fact(DisplayName = "E.5 pictures dropped by the temporal filter leave no hole; a late packet gets what was in force")]
    public void Vp8TemporalDrop()
    {
        var rewriter = new Vp8Rewriter();
        rewriter.BeginSource(Vp8(100));
        Assert.Equal(100, Rewrite(rewriter, Vp8(100))!.Value.Picture);
        Assert.True(rewriter.DropPicture(Vp8(101)));
        Assert.True(rewriter.DropPicture(Vp8(101)));
        Assert.Equal(101, Rewrite(rewriter, Vp8(102))!.Value.Picture);
        Assert.True(rewriter.DropPicture(Vp8(103)));
        Assert.Equal(102, Rewrite(rewriter, Vp8(104))!.Value.Picture);
        Assert.Equal(101, Rewrite(rewriter, Vp8(102))!.Value.Picture);
        Assert.Null(Rewrite(rewriter, Vp8(103)));
    }

    [Fact(DisplayName = "E.5 a source with 7-bit picture ids goes on in the 15-bit form over its own wrap")]
    public void Vp8ShortIds()
    {
        var rewriter = new Vp8Rewriter();
        rewriter.BeginSource(Vp8(126, wide: false));
        int[] written = [.. new[] { 126, 127, 0, 1 }.Select(id => (int)Rewrite(rewriter, Vp8(id, wide: false))!.Value.Picture)];
        Assert.Equal([126, 127, 128, 129], written);
    }

    [Fact(DisplayName = "E.5 an encoder that counts anew does not freeze the slot")]
    public void Vp8Restart()
    {
        var rewriter = new Vp8Rewriter();
        rewriter.BeginSource(Vp8(9_000));
        Rewrite(rewriter, Vp8(9_000));
        Assert.Equal(9_001, Rewrite(rewriter, Vp8(3))!.Value.Picture);
        Assert.Equal(9_002, Rewrite(rewriter, Vp8(4))!.Value.Picture);
    }

    [Fact(DisplayName = "E.5 whatever is lost, dropped or late, no picture id is written for two pictures")]
    public void Vp8Property() => Gen.Select(Gen.Int[0, 3], Gen.Int[-3, 6]).Array[1, 200].Sample(steps =>
    {
        var rewriter = new Vp8Rewriter();
        rewriter.BeginSource(Vp8(0));
        var given = new Dictionary<int, int>();
        var newest = 0;
        foreach (var (act, step) in steps)
        {
            var picture = Math.Max(0, newest + step);
            newest = Math.Max(newest, picture);
            if (act == 0) rewriter.DropPicture(Vp8(picture));
            else if (rewriter.TryRewrite(Vp8(picture), out var written))
                Assert.Equal(picture, given.TryAdd(written.Picture, picture) ? picture : given[written.Picture]);
        }
    }, iter: 1_000);

    [Fact(DisplayName = "E.6 VP9 picture ids keep their holes within a source and continue by one at a switch")]
    public void Vp9()
    {
        var rewriter = new Vp9Rewriter();
        static Vp9Numbers Numbers(int picture, int tl0, bool wide = true) => new(true, (ushort)picture, wide, true, (byte)tl0);
        rewriter.BeginSource(Numbers(32_766, 254));
        Assert.True(rewriter.TryRewrite(Numbers(32_766, 254), out _));
        Assert.True(rewriter.TryRewrite(Numbers(0, 255), out var hole));
        Assert.Equal(new Vp9Rewritten(0, 255), hole);
        rewriter.BeginSource(Numbers(120, 9, wide: false));
        Assert.True(rewriter.TryRewrite(Numbers(120, 9, wide: false), out var next));
        Assert.Equal(new Vp9Rewritten(1, 0), next);
        Assert.True(rewriter.TryRewrite(Numbers(0, 10, wide: false), out var wrapped));
        Assert.Equal(new Vp9Rewritten(9, 1), wrapped);
        Assert.False(rewriter.TryRewrite(Numbers(119, 8, wide: false), out _));
    }

    [Fact(DisplayName = "E.7.6 frame numbers and template ids continue over a switch and wrap at 65,535 and 63")]
    public void Dependency()
    {
        var rewriter = new DependencyRewriter();
        rewriter.BeginSource(65_534, 60, 5);
        Assert.Equal((65_534, 60), (rewriter.FrameNumber(65_534), rewriter.TemplateId(60)));
        Assert.Equal((0, 0), (rewriter.FrameNumber(0), rewriter.TemplateId(0)));
        rewriter.BeginSource(300, 10, 5);
        Assert.Equal((1, 1), (rewriter.FrameNumber(300), rewriter.TemplateId(10)));
        Assert.Equal((3, 5), (rewriter.FrameNumber(302), rewriter.TemplateId(14)));
    }
}
