using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Accounts;

/// <summary>Whose addresses are ours, the book of each, and who is signed in on this node.</summary>
internal sealed class AccountBooks(SylkOptions options, IAddressStore accounts, GuestStore guests, GuestBook guestBook, IHubContext<AccountHub> hub)
{
    /// <summary>Connections signed in as one address.</summary>
    public const int MostSessions = 16;

    private readonly ConcurrentDictionary<string, ImmutableArray<AccountSession>> _sessions = new(StringComparer.Ordinal);

    public bool IsAccount(string address) =>
        options.Addresses.Domain.Length > 0 && AddressText.DomainOf(address) == options.Addresses.Domain;

    public bool IsGuest(string address) => AddressText.DomainOf(address) == guestBook.Domain;

    public IAddressStore BookOf(string address) => IsGuest(address) ? guests.Store : accounts;

    /// <summary>Keeps one message and tells whoever is here.</summary>
    public async Task<KeepOutcome> KeepAsync(string owner, DirectMessage message, bool outgoing, CancellationToken stop)
    {
        if (IsGuest(owner) && !guestBook.IsHere(owner))
            return new KeepOutcome(Keeping.NoSuchOwner, message.Id);
        var most = IsGuest(owner) ? GuestStore.Most : options.Addresses.KeepMessages;
        var outcome = await BookOf(owner).AddAsync(owner, message, outgoing, most, stop);
        if (outcome.Keeping == Keeping.Kept)
        {
            foreach (var session in SessionsOf(owner))
                session.Ring();
        }
        return outcome;
    }

    /// <returns>False when too many are signed in as this address.</returns>
    public bool TryAdd(AccountSession session) =>
        _sessions.AddOrUpdate(
            session.Address, _ => [session], (_, sessions) => sessions.Length < MostSessions ? sessions.Add(session) : sessions).Contains(session);

    public void Remove(AccountSession session)
    {
        while (_sessions.TryGetValue(session.Address, out var sessions))
        {
            var left = sessions.Remove(session);
            var isDone = left.IsEmpty
                ? _sessions.TryRemove(new KeyValuePair<string, ImmutableArray<AccountSession>>(session.Address, sessions))
                : _sessions.TryUpdate(session.Address, left, sessions);
            if (isDone)
                return;
        }
    }

    /// <summary>To every connection of an address but one; may be lost.</summary>
    public Task TellAsync(string address, string name, object body, AccountSession? butNot = null)
    {
        var ids = SessionsOf(address).Where(session => session != butNot).Select(session => session.Connection.Id).ToArray();
        return ids.Length == 0 ? Task.CompletedTask : hub.Clients.Clients(ids).SendAsync(name, body);
    }

    private ImmutableArray<AccountSession> SessionsOf(string address) => _sessions.GetValueOrDefault(address, []);
}
