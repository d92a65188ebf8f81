using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Sylk.Conference.Protocols.Tests.Sip.Torture;

/// <summary>
/// Messages typed in from RFC 4475 and RFC 5118. <c>### name</c> begins one; lines end with CRLF on the wire; <c>{sdp A}</c> is the
/// body most of them share with address A, <c>{n*text}</c> repeats, <c>{hex 00FF}</c> gives bytes, <c>{end}</c> ends without a line break.
/// </summary>
internal static partial class TortureFile
{
    public static IReadOnlyDictionary<string, byte[]> Rfc4475 { get; } = Read("rfc4475.txt");

    public static IReadOnlyDictionary<string, byte[]> Rfc5118 { get; } = Read("rfc5118.txt");

    private static Dictionary<string, byte[]> Read(string file)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var name = assembly.GetManifestResourceNames().Single(resource => resource.EndsWith(file, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        var messages = new Dictionary<string, byte[]>();
        foreach (var part in reader.ReadToEnd().Split("### ", StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var line = part.IndexOf('\n', StringComparison.Ordinal);
            messages.Add(part[..line], Expand(part[(line + 1)..]));
        }

        return messages;
    }

    private static byte[] Expand(string text)
    {
        text = Session().Replace(text, match => Body(match.Groups[1].Value)).Replace("{end}\n", "", StringComparison.Ordinal);
        text = Repeated().Replace(text, match =>
            new StringBuilder().Insert(0, match.Groups[2].Value, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToString());
        var bytes = new List<byte>();
        var at = 0;
        foreach (Match match in Hex().Matches(text))
        {
            bytes.AddRange(Wire(text[at..match.Index]));
            bytes.AddRange(Convert.FromHexString(match.Groups[1].Value));
            at = match.Index + match.Length;
        }

        bytes.AddRange(Wire(text[at..]));
        return [.. bytes];
    }

    private static byte[] Wire(string text) => Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal));

    private static string Body(string address) =>
        $"v=0\no=mhandley 29739 7272939 IN IP4 {address}\ns=-\nc=IN IP4 {address}\nt=0 0\nm=audio 49217 RTP/AVP 0 12\nm=video 3227 RTP/AVP 31\na=rtpmap:31 LPC";

    [GeneratedRegex(@"\{sdp ([0-9.]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Session();

    [GeneratedRegex(@"\{(\d+)\*([A-Za-z0-9]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Repeated();

    [GeneratedRegex(@"\{hex ([0-9A-F]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Hex();
}
