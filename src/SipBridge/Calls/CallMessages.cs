using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// The text sections of one call (RFC 4975 section 8): their answers come from the door that carries them and are put in their
/// places here, beside the sound or without any (rule FOC-14).
/// </summary>
internal sealed class CallMessages(FocusTools tools, SipCall call, string room, string participantId)
{
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _sections = [];
    private readonly ulong _session = (ulong)tools.RoomClock.Now.ToUnixTimeSeconds();
    private int _version;
    private bool _isInside;

    /// <summary>The room has let them in, though they may not be inside yet.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Told when one of them is over.</summary>
    public required Action<MessageLegEnd> Ended { get; init; }

    /// <summary>Told when one of them is reached elsewhere than before.</summary>
    public required Action Changed { get; init; }

    /// <summary>Any is up.</summary>
    public bool Any => _open.Count > 0;

    /// <summary>All that is up moves files: nobody needs to see who brings them.</summary>
    public bool IsFile { get; private set; } = true;

    /// <summary>What a call that has nothing else is refused with; 0 while one of them is taken.</summary>
    public int Refusal { get; private set; }

    /// <summary>Ours for every text section of the offer; the others' from the answer of the sound, if there is one.</summary>
    public async Task<string> AnswerAsync(SdpParts offer, string? sound)
    {
        var answered = sound is null ? null : SdpParts.Read(sound);
        var text = new StringBuilder(answered?.Session ?? SessionLines());
        (Refusal, var refusal, var taken) = (0, 0, false);
        _sections = offer.Sections;
        for (var i = 0; i < offer.Sections.Count; i++)
        {
            if (SdpParts.IsMessage(offer.Sections[i]))
            {
                var (section, status) = await AskAsync(i, offer.Whole(i)).ConfigureAwait(false);
                text.Append(section);
                taken |= status is null;
                refusal = refusal == 0 ? status ?? 0 : refusal;
            }
            else
            {
                text.Append(answered is not null && i < answered.Sections.Count ? answered.Sections[i] : answered is null ? SdpParts.Refuse(offer.Sections[i]) : "");
            }
        }
        Refusal = taken ? 0 : refusal;
        return text.ToString();
    }

    /// <summary>Our text sections in an offer of ours, where theirs had them; those that are over stay with port 0 (RFC 3264 section 8).</summary>
    public string Offer(string? sound)
    {
        var ours = sound is null ? null : SdpParts.Read(sound);
        var text = new StringBuilder(ours?.Session ?? SessionLines());
        for (var i = 0; i < Math.Max(_sections.Count, ours?.Sections.Count ?? 0); i++)
        {
            if (i < _sections.Count && SdpParts.IsMessage(_sections[i]))
                text.Append(_open.Contains(LegId(i)) && tools.Messages!.Describe(LegId(i)) is { } open ? open : SdpParts.Refuse(_sections[i]));
            else if (ours is null)
                text.Append(SdpParts.Refuse(_sections[i]));
            else if (i < ours.Sections.Count)
                text.Append(ours.Sections[i]);
        }
        return text.ToString();
    }

    /// <summary>What they say to an offer of ours; what they leave out is over.</summary>
    public async Task TakeAnswerAsync(SdpParts answer)
    {
        for (var i = 0; i < _sections.Count; i++)
        {
            if (!_open.Contains(LegId(i)))
                continue;
            if (i < answer.Sections.Count && SdpParts.IsMessage(answer.Sections[i]))
                await AskAsync(i, answer.Whole(i), isAnswer: true).ConfigureAwait(false);
            else
                End(LegId(i));
        }
    }

    public void Enter()
    {
        (_isInside, IsAdmitted) = (true, true);
        foreach (var leg in _open)
            tools.Messages!.Enter(leg, participantId);
    }

    /// <returns>False: the section is up again, and what ended is the session before.</returns>
    public bool Forget(string legId)
    {
        if (tools.Messages!.Describe(legId) is not null)
            return false;
        _open.Remove(legId);
        return true;
    }

    public void Close()
    {
        foreach (var leg in _open)
            tools.Messages!.Close(leg);
        _open.Clear();
    }

    private void End(string legId)
    {
        _open.Remove(legId);
        tools.Messages!.Close(legId);
    }

    private string LegId(int index) => string.Create(CultureInfo.InvariantCulture, $"{participantId}-{index}");

    private async Task<(string Section, int? Status)> AskAsync(int index, string section, bool isAnswer = false)
    {
        var caller = call.Invite.From!.Uri;
        var legId = LegId(index);
        var answer = await tools.Messages!.AnswerAsync(new MessageLegOffer(
            room, legId, section, SipUri.Create(caller.PlainUser, caller.Host, caller.Port).ToString(), DialPlan.NameOf(call.Invite, null),
            call.Flow.Transport is SipTransport.Tls or SipTransport.Wss, Ended)
        {
            RoomUri = SipUri.TryParse(call.Invite.RequestUri, out var uri) ? SipUri.Create(room, uri.Host, uri.Port).ToString() : "",
            LocalAddress = Local.ToString(),
            IsAnswer = isAnswer,
            IsAdmitted = IsAdmitted,
            Source = Source,
            Changed = Changed,
        }).ConfigureAwait(false);
        if (answer.Refusal is not null)
        {
            if (_open.Contains(legId))
                End(legId);
            return (answer.Section, answer.Refusal);
        }
        IsFile &= answer.IsFile;
        _open.Add(legId);
        if (_isInside)
            tools.Messages!.Enter(legId, participantId);
        return (answer.Section, null);
    }

    /// <summary>Only a trusted peer may say who calls (attack TS-14); behind another From they are the same caller.</summary>
    private string Source => (call.IsIncoming ? tools.Accounts.ProvedBy(call.Invite)?.Address : null)
        ?? (call.IsIncoming && tools.Settings.Trusts(call.Flow) ? (call.Invite.Address("P-Asserted-Identity") ?? call.Invite.From)?.Uri.ToString() : null)
        ?? call.Flow.Remote.ToIPAddress().ToString();

    private System.Net.IPAddress Local => tools.Settings.Address.Equals(System.Net.IPAddress.Any) || tools.Settings.Address.Equals(System.Net.IPAddress.IPv6Any)
        ? OwnAddress.Towards(call.Flow.Remote)
        : tools.Settings.Address;

    private string SessionLines() => string.Create(
        CultureInfo.InvariantCulture,
        $"v=0\r\no=- {_session} {++_version} IN {(Local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IP6" : "IP4")} {Local}\r\ns=-\r\nt=0 0\r\n");
}
