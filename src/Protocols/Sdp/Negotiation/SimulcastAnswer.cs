namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The receiving half of simulcast in an answer (RFC 8853 §5.3.2, RFC 8851 §6.3).</summary>
internal static class SimulcastAnswer
{
    public static void Write(MediaDescription section, MediaDescription offered, IReadOnlyList<string> wanted)
    {
        // Two simulcast lines switch simulcast off for the section (RFC 8853 §5.3.2).
        if (wanted.Count == 0 || offered.Attributes.Read<Simulcast>() is not [{ Send.Count: > 0 } simulcast])
        {
            return;
        }

        var formats = section.Formats.ToHashSet();
        var wishes = wanted.ToHashSet();
        var usable = new Dictionary<string, Rid>();
        foreach (var rid in offered.Rids)
        {
            if (rid.IsSend && wishes.Contains(rid.Id) && TryRestrict(rid, formats, out var restrictions))
            {
                usable.TryAdd(rid.Id, new Rid(rid.Id, IsSend: false, restrictions));
            }
        }

        var streams = new List<IReadOnlyList<SimulcastRid>>();
        foreach (var alternatives in simulcast.Send)
        {
            var kept = new List<SimulcastRid>();
            foreach (var alternative in alternatives)
            {
                // Each rid may stand in one place only, so it is used up here.
                if (usable.Remove(alternative.Id, out var rid))
                {
                    section.Attributes.Add(rid);
                    kept.Add(alternative);
                }
            }

            if (kept.Count > 0)
            {
                streams.Add(kept);
            }
        }

        if (streams.Count > 0)
        {
            section.Attributes.Add(new Simulcast([], streams));
        }
    }

    /// <summary>Keeps the restrictions, with <c>pt=</c> cut down to payload types we accepted; false when none is left.</summary>
    private static bool TryRestrict(Rid rid, HashSet<string> formats, out FormatParameters restrictions)
    {
        restrictions = rid.Restrictions;
        if (restrictions["pt"] is not { } list)
        {
            return true;
        }

        var kept = string.Join(',', list.Split(',', StringSplitOptions.TrimEntries).Where(formats.Contains));
        restrictions = restrictions.With("pt", kept);
        return kept.Length > 0;
    }
}
