using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Somebody shall be called into a room.</summary>
/// <param name="Room">Its name.</param>
/// <param name="Address">As it was asked for: a number, <c>tel:</c> or <c>sip:</c>.</param>
/// <param name="By">The participant who asks, or <see cref="Moderation.Api"/>.</param>
/// <param name="Payer">Whose calls of the last hour count (limit L21).</param>
public sealed record DialOrder(string Room, string Address, string By, string Payer)
{
    /// <summary>For the roster; null: the last digits of the number, or the user part.</summary>
    public string? DisplayName { get; init; }

    /// <summary>A name of <c>Sip:Trunks</c>; null: the first one for numbers.</summary>
    public string? Trunk { get; init; }

    /// <summary>Keys pressed once they answered: 0–9, *, #, A–D, and commas for a second's pause.</summary>
    public string? DtmfAfterAnswer { get; init; }

    /// <summary>How long it rings; null: as the server has it.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Video is offered, where phones have it (<c>Sip:Video</c>).</summary>
    public bool Video { get; init; }

    /// <summary>They hear what this is and press 1 to come in; answering machines do not (FOC-13).</summary>
    public bool Announce { get; init; }

    /// <summary>Null: a member.</summary>
    public ParticipantRole? Role { get; init; }

    /// <summary>Who referred the call to us (RFC 3892), as wire text.</summary>
    public string? ReferredBy { get; init; }

    /// <summary>Hears each state of the call. Must not wait.</summary>
    public Action<CallInfo>? Watch { get; init; }
}

/// <param name="Refusal">When set, nobody is called.</param>
/// <param name="Call">As it begins.</param>
public sealed record DialOutcome(Refusal? Refusal, CallInfo? Call);

/// <param name="Refusal">When set, the call stays where it is.</param>
/// <param name="Target">Else where it goes.</param>
public sealed record TransferVerdict(Refusal? Refusal, TransferTarget? Target);

/// <summary>Calls people into rooms.</summary>
public interface IPhoneDialer
{
    /// <summary>False: every order is refused.</summary>
    bool IsOn { get; }

    Task<DialOutcome> DialAsync(DialOrder order);

    /// <summary>Where a call that is sent on goes: a room's name or address, or whom the server may call.</summary>
    TransferVerdict JudgeTransfer(string to);
}
