using System.Net;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>What somebody shows at the door.</summary>
/// <param name="Person">Who signed in, as our own session says.</param>
internal readonly record struct Proofs(string? Token, string? Invite, string? Passcode, string? Source, string? Person = null);

/// <summary>Looks at tokens and passcodes before a room is asked: all that costs computing is done here.</summary>
internal sealed class Entrance(RoomDoor door, RoomOpenings openings, IServiceProvider services) : IDisposable
{
    private const int MaxInvite = 64;
    private const int Checkers = 2;
    private const int MostQueued = 64;

    private readonly IJoinTokens? _tokens = services.GetService<IJoinTokens>();
    private readonly SemaphoreSlim _checkers = new(Checkers);
    private int _queued;

    /// <summary>The address by which wrong passcodes are counted: one machine of IPv4, one network of IPv6.</summary>
    public static string SourceOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        return address.GetAddressBytes() is { Length: 16 } bytes ? Convert.ToHexStringLower(bytes.AsSpan(0, 8)) : address.ToString();
    }

    /// <returns>The request with what was proved, or why there is nothing to ask the room for.</returns>
    public async ValueTask<(JoinRequest Request, Refusal? Refusal)> ProveAsync(string room, JoinRequest request, Proofs shown)
    {
        request = request with { Source = shown.Source, Identity = shown.Person };
        if (!string.IsNullOrEmpty(shown.Token))
            return await WithTokenAsync(room, request, shown.Token);
        if (!string.IsNullOrEmpty(shown.Invite))
        {
            return shown.Invite.Length <= MaxInvite
                ? (request with { Invite = shown.Invite }, null)
                : (request, new(ErrorCodes.TokenInvalid, "This invitation is not valid any more."));
        }
        return string.IsNullOrEmpty(shown.Passcode) ? (request, null) : await WithPasscodeAsync(room, request, shown.Passcode);
    }

    /// <summary>Asks the room, which may have to be opened for it (limit L20).</summary>
    public async Task<JoinOutcome> EnterAsync(string room, JoinRequest request)
    {
        var who = RoomOpenings.WhoIs(request.Identity, request.Source);
        var may = openings.TryTake(who);
        var outcome = await door.Room(room).Join(request with { MayOpenNoRoom = !may });
        if (may && !outcome.Opened)
            openings.GiveBack(who);
        return outcome;
    }

    /// <summary>Hashes a new passcode; null when too many are being looked at.</summary>
    public Task<string?> HashAsync(string passcode) => ComputeAsync<string>(() => Passcodes.Hash(passcode));

    public void Dispose() => _checkers.Dispose();

    private async ValueTask<(JoinRequest, Refusal?)> WithTokenAsync(string room, JoinRequest request, string token)
    {
        if (_tokens is null)
            return (request, new(ErrorCodes.TokenInvalid, "No issuer of tokens is configured here."));
        var outcome = await _tokens.VerifyAsync(token, room);
        return outcome.Grant is { } grant
            ? (request with { Grant = grant, Identity = grant.Identity }, null)
            : (request, outcome.Refusal ?? new(ErrorCodes.TokenInvalid, "The token is not valid."));
    }

    private async ValueTask<(JoinRequest, Refusal?)> WithPasscodeAsync(string room, JoinRequest request, string passcode)
    {
        if (!Passcodes.IsPasscode(passcode))
            return (request, new(ErrorCodes.PasscodeInvalid, "The passcode is wrong."));
        var source = request.Source ?? "";
        var chance = await door.Room(room).TryPasscode(source);
        if (chance.Refusal is not null || chance.Hash.Length == 0)
            return (request, chance.Refusal);
        if (chance.Unchecked)
            return (request with { Passcode = new(Right: false, Unchecked: true, chance.Hash) }, null);
        if (await ComputeAsync(() => Passcodes.Verify(chance.Hash, passcode) ? "right" : "") is not { } found)
            return (request, new(ErrorCodes.Overloaded, "Too many passcodes at once.", 2_000));
        var right = found.Length > 0;
        await door.Room(room).TriedPasscode(source, right);
        return (request with { Passcode = new(right, Unchecked: false, chance.Hash) }, null);
    }

    private async Task<T?> ComputeAsync<T>(Func<T> compute) where T : class
    {
        if (Interlocked.Increment(ref _queued) > MostQueued)
        {
            Interlocked.Decrement(ref _queued);
            return null;
        }
        await _checkers.WaitAsync();
        try
        {
            return await Task.Run(compute);
        }
        finally
        {
            _checkers.Release();
            Interlocked.Decrement(ref _queued);
        }
    }
}
