using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>Looks at the passwords of joins. Hashing costs tens of milliseconds: two at a time, and so many wait.</summary>
internal sealed class PasscodeDesk : IDisposable
{
    private const int MostWaiting = 64;

    private readonly SemaphoreSlim _hashers = new(2);
    private int _waiting;

    public void Dispose() => _hashers.Dispose();

    /// <returns>What was found out, or why nothing was; both null where the room asks for no passcode.</returns>
    public async Task<(PasscodeProof? Proof, Refusal? Refusal)> ProveAsync(IRoomGrain room, string source, string passcode)
    {
        if (!Passcodes.IsPasscode(passcode))
            return (null, new(ErrorCodes.PasscodeInvalid, "The passcode is wrong."));
        var chance = await room.TryPasscode(source).ConfigureAwait(false);
        if (chance.Refusal is not null || chance.Hash.Length == 0)
            return (null, chance.Refusal);
        if (chance.Unchecked)
            return (new(false, Unchecked: true, chance.Hash), null);
        var right = await ComputeAsync(() => Passcodes.Verify(chance.Hash, passcode)).ConfigureAwait(false);
        await room.TriedPasscode(source, right is true).ConfigureAwait(false);
        return right is { } known ? (new(known, false, chance.Hash), null) : (null, new(ErrorCodes.Overloaded, "Try again in a moment.", 1_000));
    }

    /// <returns>Null when too many wait.</returns>
    public async Task<string?> HashAsync(string passcode)
    {
        string? hash = null;
        return await ComputeAsync(() => (hash = Passcodes.Hash(passcode)) is not null).ConfigureAwait(false) is true ? hash : null;
    }

    private async Task<bool?> ComputeAsync(Func<bool> compute)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }
        await _hashers.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(compute).ConfigureAwait(false);
        }
        finally
        {
            _hashers.Release();
            Interlocked.Decrement(ref _waiting);
        }
    }
}
