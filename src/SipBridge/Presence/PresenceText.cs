using Sylk.Conference.Protocols.Presence;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>States as documents and back (section 11.8, RFC 3863, RFC 4480).</summary>
internal static class PresenceText
{
    private const string LongAway = "Extended away";
    private const int LongestNote = 500;

    public static byte[] Write(PresenceState state)
    {
        var note = state is { Reachability: Reachability.ExtendedAway, Note: "" } ? LongAway : state.Note;
        var isOpen = state.Reachability != Reachability.Offline;
        return new PresenceDocument("pres:" + state.Address)
        {
            Tuples = [new PresenceTuple("t" + Ids.Fingerprint(state.Address)[..8], isOpen) { Contact = isOpen ? "sip:" + state.Address : "" }],
            Activities = WordOf(state.Reachability) is { } word ? [word] : [],
            Notes = note.Length > 0 ? [new PresenceNote(note, state.Language)] : [],
        }.Write();
    }

    /// <summary>Whose it is says the request, not the document. Null when it is none.</summary>
    public static PresenceState? Read(string address, ReadOnlyMemory<byte> body)
    {
        if (PresenceDocument.Read(body) is not { } document)
            return null;
        var said = document.Notes.Concat(document.Tuples.SelectMany(tuple => tuple.Notes)).FirstOrDefault();
        var note = said is null ? "" : ChatContent.Read(said.Text, contentType: null) is { Refusal: null, IsEmpty: false } words ? words.Content : "";
        if (note.Length > LongestNote)
            note = note[..LongestNote];
        return new PresenceState(address, document.IsOpen ? StateOf([.. document.AllActivities], note) : Reachability.Offline, note, note.Length > 0 ? said?.Language : null);
    }

    private static Reachability StateOf(HashSet<string> activities, string note)
    {
        if (activities.Contains("on-the-phone"))
            return Reachability.OnThePhone;
        if (activities.Overlaps(["busy", "meeting", "appointment", "presentation"]))
            return Reachability.DoNotDisturb;
        if (activities.Overlaps(["vacation", "holiday", "sleeping", "permanent-absence"]))
            return Reachability.ExtendedAway;
        return !activities.Contains("away") ? Reachability.Online : note == LongAway ? Reachability.ExtendedAway : Reachability.Away;
    }

    private static string? WordOf(Reachability reachability) => reachability switch
    {
        Reachability.Away or Reachability.ExtendedAway => "away",
        Reachability.DoNotDisturb => "busy",
        Reachability.OnThePhone => "on-the-phone",
        _ => null,
    };
}
