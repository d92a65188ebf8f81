using System.Collections.Immutable;
using System.Text;

namespace Sylk.Conference.Server.Whip;

/// <summary>The few lines of <c>application/trickle-ice-sdpfrag</c> (RFC 8840) that matter here.</summary>
internal sealed record SdpFragment(string? Ufrag, string? Password, ImmutableArray<string> Candidates)
{
    private const int MaxLines = 256;
    private const int MaxCandidates = 64;
    private const string UfragLine = "a=ice-ufrag:";
    private const string PasswordLine = "a=ice-pwd:";
    private const string CandidateLine = "a=candidate:";

    public bool IsRestart => Ufrag is not null && Password is not null;

    public static SdpFragment Read(string text)
    {
        string? ufrag = null, password = null;
        var candidates = ImmutableArray.CreateBuilder<string>();
        var lines = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            if (++lines > MaxLines)
                break;
            var line = raw.Trim();
            if (line.StartsWith(UfragLine))
                ufrag ??= line[UfragLine.Length..].ToString();
            else if (line.StartsWith(PasswordLine))
                password ??= line[PasswordLine.Length..].ToString();
            else if (line.StartsWith(CandidateLine) && candidates.Count < MaxCandidates)
                candidates.Add(line[2..].ToString());
        }
        return new(ufrag, password, candidates.DrainToImmutable());
    }

    /// <summary>The offer a client would send for the same restart: new credentials, and only the candidates of this fragment.</summary>
    public string Renew(string offer)
    {
        var text = new StringBuilder(offer.Length + 256);
        foreach (var line in offer.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || line.StartsWith(CandidateLine))
                continue;
            if (line.StartsWith(UfragLine))
                text.Append(UfragLine).Append(Ufrag);
            else if (line.StartsWith(PasswordLine))
                text.Append(PasswordLine).Append(Password);
            else
                text.Append(line);
            text.Append("\r\n");
        }
        return text.ToString();
    }

    /// <summary>From a whole answer, what a restarting client needs.</summary>
    public static string FromAnswer(string answer)
    {
        var fragment = Read(answer);
        var text = new StringBuilder(512);
        text.Append(UfragLine).Append(fragment.Ufrag).Append("\r\n").Append(PasswordLine).Append(fragment.Password).Append("\r\n");
        foreach (var candidate in fragment.Candidates)
            text.Append("a=").Append(candidate).Append("\r\n");
        return text.Append("a=end-of-candidates\r\n").ToString();
    }
}
