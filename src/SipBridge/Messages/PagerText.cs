using Sylk.Conference.Protocols.Messaging;

namespace Sylk.Conference.SipBridge;

/// <summary>What a MESSAGE says, unwrapped (rule SIP-MSGR-1, section 12.3).</summary>
/// <param name="ClientId">The same message however often it is sent (rules CH-4, CH-5).</param>
internal sealed record PagerText(string ClientId, string Content)
{
    /// <summary>Null when its sender wants to hear nothing of it.</summary>
    public ImdnRequest? Asks { get; init; }

    /// <summary>As the sender wrote it; empty when they did not.</summary>
    public string SentAt { get; init; } = "";
}

/// <summary>What became of reading a MESSAGE.</summary>
/// <param name="Status">Of the answer; 200 with nothing else: there is nothing to do.</param>
internal readonly record struct PagerReading(int Status, PagerText? Text = null, Composing? Composing = null, ImdnReport? Report = null)
{
    public static readonly PagerReading Nothing = new(200);
}
