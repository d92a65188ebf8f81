using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Accounts;

/// <summary>Who somebody at the account hub is: the address their token names, or a guest's.</summary>
internal sealed class SignIns(SylkOptions options, AccountBooks books, GuestBook guests, AccountPump pump, IServiceProvider services)
{
    /// <summary>An account is not of one room: tokens for one room only do not sign in.</summary>
    private const string AnyRoom = "*";

    private readonly IJoinTokens? _tokens = services.GetService<IJoinTokens>();

    public async Task<Reply> SignInAsync(AccountConnection connection, SignInBody body)
    {
        if (connection.Session is not null)
            return Reply.Refused(ErrorCodes.ValidationFailed, "This connection has signed in already.");
        if (body.Guest == !string.IsNullOrEmpty(body.Token))
            return Reply.Refused(ErrorCodes.ValidationFailed, "token, or guest: true.");
        if (body.DisplayName is { Length: > 0 } && People.CleanName(body.DisplayName) is null)
            return Reply.Refused(ErrorCodes.ValidationFailed, "displayName: 1 to 64 characters.");
        return body.Guest ? EnterAsGuest(connection, body) : await EnterAsync(connection, body);
    }

    /// <summary>The connection is gone.</summary>
    public void Leave(AccountConnection connection)
    {
        if (connection.Session is not { } session)
            return;
        session.Stop.Cancel();
        books.Remove(session);
        if (session.IsGuest)
            guests.Leave(session.Address);
    }

    private async Task<Reply> EnterAsync(AccountConnection connection, SignInBody body)
    {
        if (_tokens is null)
            return Reply.Refused(ErrorCodes.TokenInvalid, "No issuer of tokens is configured here.");
        var outcome = await _tokens.VerifyAsync(body.Token!, AnyRoom);
        if (outcome.Grant is not { } grant)
            return Reply.Refused(outcome.Refusal?.Code ?? ErrorCodes.TokenInvalid, "The token does not sign in here.");
        if (!AddressText.TryNormalize(grant.Identity, out var address) || !books.IsAccount(address))
            return Reply.Refused(ErrorCodes.TokenInvalid, "The token's subject is not an address of this server.");
        await books.BookOf(address).MeetAsync(address);
        var name = grant.DisplayName ?? People.CleanName(body.DisplayName ?? "") ?? "";
        return Open(new AccountSession(connection, address, name, grant.Expiry, isGuest: false), body.After, resumeKey: null);
    }

    private Reply EnterAsGuest(AccountConnection connection, SignInBody body)
    {
        if (options.Addresses.GuestCalls.Equals("none", StringComparison.OrdinalIgnoreCase))
            return Reply.Refused(ErrorCodes.GuestForbidden, "Sign in with a token.");
        var (guest, refusal) = guests.Enter(connection.Source, body.ResumeKey);
        if (guest is null)
            return Reply.Of(refusal);
        var name = People.CleanName(body.DisplayName ?? "") ?? "";
        var reply = Open(new AccountSession(connection, guest.Address, name, guest.ExpiresAt, isGuest: true), body.After, guest.ResumeKey);
        if (!reply.Ok)
            guests.Leave(guest.Address);
        return reply;
    }

    private Reply Open(AccountSession session, string? after, string? resumeKey)
    {
        if (!books.TryAdd(session))
        {
            session.Dispose();
            return Reply.Refused(ErrorCodes.IdentityInUse, $"At most {AccountBooks.MostSessions} connections at once.");
        }
        session.Connection.Session = session;
        _ = books.TellAsync(session.Address, "SignedInElsewhere", new { session.DisplayName }, session);
        _ = Task.Run(() => pump.RunAsync(session, after));
        return Reply.With(new { session.Address, session.DisplayName, session.ExpiresAt, ResumeKey = resumeKey });
    }
}
