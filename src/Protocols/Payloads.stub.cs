namespace Sylk.Conference.Protocols.Payloads;
public struct Vp8Descriptor
{
    public bool IsKeyframeStart, IsFrameStart, HasPictureId, HasLongPictureId, HasTl0PictureIndex, HasKeyIndex;
    public int PictureId; public byte Tl0PictureIndex, KeyIndex; private int _pic, _tl0, _key;
    public static bool TryParse(ReadOnlySpan<byte> p, out Vp8Descriptor d)
    {
        d = default; if (p.Length < 1) return false; int o = 1; bool x = (p[0] & 0x80) != 0, s = (p[0] & 0x10) != 0; int pid = p[0] & 7;
        if (x) { if (p.Length < 2) return false; var e = p[1]; o = 2;
            if ((e & 0x80) != 0) { if (p.Length < o + 1) return false; d.HasPictureId = true; d._pic = o; if ((p[o] & 0x80) != 0) { if (p.Length < o + 2) return false; d.HasLongPictureId = true; d.PictureId = (p[o] & 0x7f) << 8 | p[o + 1]; o += 2; } else { d.PictureId = p[o]; o++; } }
            if ((e & 0x40) != 0) { if (p.Length < o + 1) return false; d.HasTl0PictureIndex = true; d._tl0 = o; d.Tl0PictureIndex = p[o]; o++; }
            if ((e & 0x30) != 0) { if (p.Length < o + 1) return false; d._key = o; d.HasKeyIndex = (e & 0x10) != 0; d.KeyIndex = (byte)(p[o] & 0x1f); o++; } }
        d.IsFrameStart = s && pid == 0; d.IsKeyframeStart = d.IsFrameStart && p.Length > o && (p[o] & 1) == 0; return p.Length > o;
    }
    public static int Rewrite(Span<byte> p, int len, in Vp8Descriptor d, int pic, byte tl0, byte key)
    {
        if (!d.HasPictureId) return len; int shift = 0;
        if (!d.HasLongPictureId) { p[d._pic..len].CopyTo(p[(d._pic + 1)..]); shift = 1; }
        p[d._pic] = (byte)(0x80 | pic >> 8); p[d._pic + 1] = (byte)pic;
        if (d.HasTl0PictureIndex) p[d._tl0 + shift] = tl0;
        if (d.HasKeyIndex) p[d._key + shift] = (byte)(p[d._key + shift] & 0xE0 | key & 0x1f);
        return len + shift;
    }
}
public struct Vp9Descriptor
{
    public bool IsKeyframeStart, HasPictureId, HasLongPictureId, HasTl0PictureIndex; public int PictureId; public byte Tl0PictureIndex;
    public static bool TryParse(ReadOnlySpan<byte> p, out Vp9Descriptor d)
    {
        d = default; if (p.Length < 2) return false;
        d.IsKeyframeStart = (p[0] & 0x40) == 0 && (p[0] & 8) != 0; return true;
    }
    public static void Rewrite(Span<byte> p, in Vp9Descriptor d, int pic, byte tl0) { _ = p; _ = d; _ = pic; _ = tl0; }
}
public static class H264Payload { public static bool IsKeyframeStart(ReadOnlySpan<byte> p) => p.Length > 1 && ((p[0] & 31) is 5 or 7 || (p[0] & 31) == 24 && p.Length > 3 && (p[3] & 31) is 5 or 7 || (p[0] & 31) == 28 && (p[1] & 0x80) != 0 && (p[1] & 31) is 5 or 7); }
public static class Av1Payload { public static bool IsKeyframeStart(ReadOnlySpan<byte> p) => p.Length > 1 && (p[0] & 8) != 0; }
