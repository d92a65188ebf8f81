namespace Sylk.Conference.Protocols.Msrp;

/// <summary>What <see cref="MsrpLink"/> tells its owner.</summary>
public abstract record MsrpEvent(MsrpSession Session);

/// <summary>The session's connection is this one from now on.</summary>
public sealed record MsrpBound(MsrpSession Session) : MsrpEvent(Session);

/// <summary>A message is here as a whole: answer by <see cref="MsrpSession.Answer"/> once it is where it belongs.</summary>
public sealed record MsrpMessageArrived(
    MsrpSession Session, MsrpTransaction Transaction, string MessageId, string ContentType, ReadOnlyMemory<byte> Content) : MsrpEvent(Session);

/// <summary>Some bytes of a message whose session streams.</summary>
/// <param name="Offset">Of the first of them, from 0.</param>
public sealed record MsrpDataArrived(
    MsrpSession Session, MsrpTransaction Transaction, long Offset, ReadOnlyMemory<byte> Content) : MsrpEvent(Session);

/// <summary>The end of a chunk of a message whose session streams: answer by <see cref="MsrpSession.Answer"/>.</summary>
/// <param name="Offset">Where the chunk ended, from 0.</param>
public sealed record MsrpDataEnded(MsrpSession Session, MsrpTransaction Transaction, long Offset, MsrpFlag Flag) : MsrpEvent(Session);

/// <summary>The other end wants to be called so; empty: as before. Answer by <see cref="MsrpSession.Answer"/>.</summary>
public sealed record MsrpNicknameAsked(MsrpSession Session, MsrpTransaction Transaction, string Nickname) : MsrpEvent(Session);

/// <summary>A message of ours has been taken (200), refused, or nobody answered (408).</summary>
public sealed record MsrpSent(MsrpSession Session, MsrpOutgoing Message, int Status) : MsrpEvent(Session);

/// <summary>A report on a message of ours.</summary>
/// <param name="Range">Which of its bytes it is about.</param>
public sealed record MsrpReported(MsrpSession Session, string MessageId, int Status, MsrpByteRange Range) : MsrpEvent(Session);

/// <summary>What the relay said to an AUTH.</summary>
/// <param name="Status">200, or why there are no addresses.</param>
/// <param name="Path">In the order in which the far end passes them, before our own address.</param>
/// <param name="Lasts">Until they are to be asked for again.</param>
public sealed record MsrpRelayAnswered(MsrpSession Session, int Status, IReadOnlyList<MsrpUri> Path, TimeSpan Lasts) : MsrpEvent(Session);

/// <summary>A message that streams has room for more bytes: <see cref="MsrpOutgoing.Feed"/>.</summary>
public sealed record MsrpWantsData(MsrpSession Session, MsrpOutgoing Message) : MsrpEvent(Session);
