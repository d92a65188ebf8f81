using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Finds the door for a message and hands it over once (<see cref="IMailboxGrain"/>). Doors are those of this node: the
/// one an address belongs to, else the first that may reach it; they are asked for when the first message comes, because they need the post themselves.
/// </summary>
public sealed class DirectPost(IGrainFactory grains, Func<IEnumerable<IAddressDoor>> doors) : IDirectPost
{
    private const int MaxBytes = 64 * 1024;
    private const int LongestId = 255;

    private IReadOnlyList<IAddressDoor> Doors => field ??= [.. doors()];

    public async Task<DirectOutcome> SendAsync(DirectMessage message, CancellationToken stop)
    {
        if (Complain(message) is { } flaw)
            return new DirectOutcome(new Refusal(ErrorCodes.ValidationFailed, flaw), message.Id);
        if (DoorOf(message.To) is not { } door)
            return new DirectOutcome(new Refusal(ErrorCodes.AddressUnroutable, "Nobody here reaches this address."), message.Id);
        var mailbox = grains.GetGrain<IMailboxGrain>(message.To);
        if (await mailbox.Begin(message).ConfigureAwait(false) is { } known)
            return known;
        var outcome = new DirectOutcome(new Refusal(ErrorCodes.CalleeUnavailable, "The message was not delivered."), message.Id);
        try
        {
            outcome = await door.DeliverAsync(message, stop).ConfigureAwait(false);
        }
        finally
        {
            await mailbox.End(message, taken: outcome.Refusal is null).ConfigureAwait(false);
        }
        return outcome;
    }

    public Task TellAsync(DirectNotice notice, CancellationToken stop) =>
        IsAddress(notice.From) && IsAddress(notice.To) && DoorOf(notice.To) is { } door ? door.TellAsync(notice, stop) : Task.CompletedTask;

    /// <summary>Whose domain it is comes before who might find a way there.</summary>
    private IAddressDoor? DoorOf(string address) =>
        Doors.FirstOrDefault(door => door.Owns(address)) ?? Doors.FirstOrDefault(door => door.MayReach(address));

    private static string? Complain(DirectMessage message)
    {
        if (!IsAddress(message.From) || !IsAddress(message.To))
            return "from, to: user@domain in lower case.";
        if (message.ClientId.Length is 0 or > LongestId)
            return $"clientId: 1 to {LongestId} characters.";
        return string.IsNullOrWhiteSpace(message.Content) || message.Content.Length > MaxBytes || Encoding.UTF8.GetByteCount(message.Content) > MaxBytes
            ? "content: some text of at most 64 KiB." : null;
    }

    private static bool IsAddress(string text) => AddressText.TryNormalize(text, out var normal) && normal == text;
}
