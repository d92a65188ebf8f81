namespace Sylk.Conference.SipBridge;

/// <summary>A description cut into its session part and its sections, each with its own lines as they were written.</summary>
internal sealed record SdpParts(string Session, IReadOnlyList<string> Sections)
{
    private const string Message = "m=message ";

    /// <summary>Sections of text; what they mean is another door's matter.</summary>
    public bool HasMessages => Sections.Any(IsMessage);

    /// <summary>Something that is heard is offered too.</summary>
    public bool HasSound => Sections.Any(section => section.StartsWith("m=audio ", StringComparison.Ordinal) && !section.StartsWith("m=audio 0 ", StringComparison.Ordinal));

    /// <summary>Nothing is heard, and every section of text that is not closed moves a file (RFC 5547).</summary>
    public bool IsOfFiles => !HasSound && OpenMessages.Any() && OpenMessages.All(section => section.Contains("\r\na=file-selector:", StringComparison.Ordinal));

    private IEnumerable<string> OpenMessages => Sections.Where(section => IsMessage(section) && !section.StartsWith(Message + "0 ", StringComparison.Ordinal));

    public static SdpParts Read(string sdp)
    {
        List<string> sections = [];
        var session = "";
        foreach (var line in sdp.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var whole = line.TrimEnd('\r') + "\r\n";
            if (whole.StartsWith("m=", StringComparison.Ordinal))
                sections.Add(whole);
            else if (sections.Count > 0)
                sections[^1] += whole;
            else
                session += whole;
        }
        return new SdpParts(session, sections);
    }

    public static bool IsMessage(string section) => section.StartsWith(Message, StringComparison.Ordinal);

    /// <summary>The section with what the session says for all of them (RFC 8866 section 5.7).</summary>
    public string Whole(int index)
    {
        var section = Sections[index];
        foreach (var prefix in new[] { "c=", "a=fingerprint:", "a=setup:" })
        {
            var line = Session.Split("\r\n").FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal));
            if (line is null || section.Contains("\r\n" + prefix, StringComparison.Ordinal))
                continue;
            var end = section.IndexOf("\r\n", StringComparison.Ordinal) + 2;
            section = prefix == "c=" ? section.Insert(end, line + "\r\n") : section + line + "\r\n";
        }
        return section;
    }

    /// <summary>The answer to a section that is not taken (RFC 3264 section 6).</summary>
    public static string Refuse(string section)
    {
        var words = section.Split("\r\n", 2)[0].Split(' ');
        return words.Length < 4 ? section : $"{words[0]} 0 {words[2]} {words[3]}\r\n";
    }
}
