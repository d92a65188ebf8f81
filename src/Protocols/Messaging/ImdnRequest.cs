using Sylk.Conference.Protocols.Cpim;

namespace Sylk.Conference.Protocols.Messaging;

/// <summary>Which notifications the sender of a message wants (RFC 5438 section 6.2).</summary>
[Flags]
public enum ImdnWishes : byte
{
    None = 0,
    Delivery = 1,
    Failure = 2,
    Display = 4,
    Processing = 8,
}

/// <summary>The wish for notifications in a CPIM message.</summary>
/// <param name="MessageId">The sender's; notifications name it.</param>
/// <param name="Original">Whom it was for before a list or a forward; empty when it is still for them.</param>
public sealed record ImdnRequest(string MessageId, ImdnWishes Wishes, string Original = "")
{
    /// <summary>Characters of a Message-ID.</summary>
    public const int LongestId = 255;

    private const int MostRoutes = 5;

    /// <summary>The intermediaries that notifications pass, in the order to go (section 6.5): at most five.</summary>
    public IReadOnlyList<CpimAddress> Routes { get; init; } = [];

    /// <summary>Null when the message has no id, so that nothing can be told about it.</summary>
    public static ImdnRequest? Of(CpimMessage message)
    {
        if (message[CpimHeader.Imdn, "Message-ID"] is not { Length: > 0 and <= LongestId } id)
        {
            return null;
        }

        var wishes = ImdnWishes.None;
        foreach (var word in (message[CpimHeader.Imdn, "Disposition-Notification"] ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var semicolon = word.IndexOf(';', StringComparison.Ordinal);
            wishes |= (semicolon < 0 ? word : word[..semicolon].TrimEnd()).ToLowerInvariant() switch
            {
                "positive-delivery" => ImdnWishes.Delivery,
                "negative-delivery" => ImdnWishes.Failure,
                "display" => ImdnWishes.Display,
                "processing" => ImdnWishes.Processing,
                _ => ImdnWishes.None,
            };
        }

        return new ImdnRequest(id, wishes, message.AddressOf(CpimHeader.Imdn, "Original-To")?.Uri ?? "") { Routes = RoutesOf(message) };
    }

    /// <summary>
    /// What a room says of a message that it has committed: it is processed, and what was for all of it has reached where it was going.
    /// Of a private one only its reader can say so.
    /// </summary>
    /// <param name="sentAt">As the sender wrote it.</param>
    public IEnumerable<ImdnReport> WhenCommitted(string room, string sentAt, bool isPrivate = false)
    {
        if (Wishes.HasFlag(ImdnWishes.Processing))
        {
            yield return new(MessageId, sentAt, ImdnKind.Processing, ImdnStatus.Processed, room, Original);
        }

        if (Wishes.HasFlag(ImdnWishes.Delivery) && !isPrivate)
        {
            yield return new(MessageId, sentAt, ImdnKind.Delivery, ImdnStatus.Delivered, room, Original);
        }
    }

    /// <summary>Asks for them in a message of ours.</summary>
    public static CpimMessage Ask(CpimMessage message, string messageId, ImdnWishes wishes)
    {
        var asked = message.With(CpimHeader.Imdn, "Message-ID", messageId);
        return wishes == ImdnWishes.None ? asked : asked.With(CpimHeader.Imdn, "Disposition-Notification", string.Join(", ", WordsOf(wishes)));
    }

    private static IEnumerable<string> WordsOf(ImdnWishes wishes) =>
        new[] { (ImdnWishes.Delivery, "positive-delivery"), (ImdnWishes.Failure, "negative-delivery"), (ImdnWishes.Display, "display"), (ImdnWishes.Processing, "processing") }
            .Where(pair => wishes.HasFlag(pair.Item1)).Select(pair => pair.Item2);

    /// <summary>The nearest stands first, for each writes itself above those before it.</summary>
    private static IReadOnlyList<CpimAddress> RoutesOf(CpimMessage message) =>
    [
        .. message.Headers.Where(header => header.Is(CpimHeader.Imdn, "IMDN-Record-Route"))
            .Select(header => CpimAddress.TryParse(header.Value, out var hop) ? hop : null).OfType<CpimAddress>().Take(MostRoutes),
    ];
}
