using System.Net;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp.Legs;

/// <summary>Our end and theirs, for tests of offer and answer on telephone legs.</summary>
internal static class GivenLeg
{
    public const string Print = "sha-256 " +
        "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";

    public const string OtherPrint = "sha-256 " +
        "FF:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";

    /// <summary>16 bytes of key, 14 of salt.</summary>
    public const string Key80 = "AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd";

    public static readonly LegPolicy Allow = new(LegProtection.Allow, true);
    public static readonly LegPolicy Off = new(LegProtection.Off, true);
    public static readonly LegPolicy Require = new(LegProtection.Require, true);
    public static readonly LegPolicy AllowInTheOpen = new(LegProtection.Allow, false);

    public static LegCapabilities Ours => new()
    {
        IPv4 = IPAddress.Parse("192.0.2.1"),
        Port = 20_000,
        SessionId = 7,
        Fingerprint = ReadPrint(),
        IceUfrag = "ours",
        IcePwd = "0123456789012345678901",
        NewKey = length => new byte[length],
    };

    /// <summary>A description of theirs with one or more sections.</summary>
    public static string Theirs(string sections, string session = "c=IN IP4 198.51.100.1\n", int version = 1) =>
        $"v=0\no=- 1 {version} IN IP4 198.51.100.1\ns=-\n{session}t=0 0\n{sections}";

    public static LegStep Answer(string sections, LegPolicy? policy = null, LegDescription? current = null, LegCapabilities? ours = null) =>
        LegAnswerer.Answer(Theirs(sections), ours ?? Ours, policy ?? Allow, current);

    /// <summary>The lines from the first m-line on, without those that are the same everywhere.</summary>
    public static string Sections(string sdp)
    {
        string[] usual = ["a=ptime:20", "a=maxptime:60"];
        var lines = sdp.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return string.Join('\n', lines.SkipWhile(line => !line.StartsWith("m=", StringComparison.Ordinal)).Where(line => !usual.Contains(line)));
    }

    private static Fingerprint ReadPrint()
    {
        Assert.True(Fingerprint.TryParse(Print, out var print));
        return print;
    }
}
