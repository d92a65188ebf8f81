using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Tests.Ice;

public sealed class IceLiteAgentTests
{
    private readonly IceLiteAgent _agent = new(Checks.Server);
    private readonly Checks _client = new(Checks.Server, Checks.Client);
    private static readonly NetworkPath A = Checks.Path(1);
    private static readonly NetworkPath B = Checks.Path(2);

    [Fact]
    public void An_authentic_check_is_answered_with_where_it_came_from()
    {
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(0), A, _client.Request(), out var reply));
        Assert.True(StunMessage.TryParse(reply, out var answer, out _));
        Assert.Equal(StunClass.Success, answer.Class);
        Assert.True(answer.TryGetXorMappedAddress(out var mapped));
        Assert.Equal(A.Remote, mapped);
        Assert.True(answer.VerifyIntegrity("serverpasswordserverpass"u8));
        Assert.True(answer.VerifyFingerprint());
        Assert.True(_agent.IsValidated(A));
        Assert.Equal([IceEventKind.PathValidated, IceEventKind.SelectedChanged], _agent.Drain());
    }

    [Fact(DisplayName = "TU-05 100,000 unauthenticated packets: 0 bytes out, no tuple, no deadline")]
    public void Unauthenticated_flood()
    {
        _agent.SetRemote(Checks.Client);
        byte[][] forged =
        [
            _client.Request(password: "wrongpasswordwrongpassword"), _client.Request(username: "srvA:other"),
            _client.Request(username: "other:cliB"), _client.Request(username: "srvA"), _client.Request(username: ""),
            _client.Answer(_client.Request()), Unsigned(),
        ];
        var reply = new byte[256];
        long sent = 0;
        for (var i = 0; i < 100_000; i++)
        {
            Assert.Equal(IceOutcome.Unauthenticated, _agent.Receive(At(i), Checks.Path(i), forged[i % forged.Length], reply, out var length));
            sent += length;
        }

        Assert.Equal(0, sent);
        Assert.Equal(0, _agent.TupleCount);
        Assert.Equal(Instant.Never, _agent.NextDeadline);
        Assert.Empty(_agent.Drain());
    }

    [Fact(DisplayName = "TU-05 before the remote description any right part of USERNAME is accepted, after it only the right one")]
    public void Trickle_username()
    {
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(0), A, _client.Request(username: "srvA:whoever"), out _));
        _agent.SetRemote(Checks.Client);
        Assert.Equal(IceOutcome.Unauthenticated, _agent.Feed(At(1), A, _client.Request(username: "srvA:whoever"), out _));
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(1), A, _client.Request(), out _));
    }

    [Fact]
    public void A_peer_that_thinks_it_is_controlled_gets_487_and_may_try_again()
    {
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(0), A, _client.Request(controlled: true), out var reply));
        Assert.True(StunMessage.TryParse(reply, out var answer, out _));
        Assert.Equal(487, answer.ErrorCode);
        Assert.False(_agent.IsValidated(A));
        Assert.Equal(IceOutcome.Replied, _agent.Feed(At(1), A, _client.Request(), out _));
        Assert.True(_agent.IsValidated(A));
    }

    [Fact(DisplayName = "L3, TU-08 1,000 tuples: 8 are kept, the selected and the proven one among them")]
    public void Tuple_flood()
    {
        Connect(A);
        _agent.Feed(At(1), B, _client.Request(), out _);
        _agent.Drain();
        var balance = _agent.TupleCount;
        for (var i = 10; i < 1_010; i++)
        {
            _agent.Feed(At(i), Checks.Path(i), _client.Request(nominate: false), out _);
            foreach (var kind in _agent.Drain())
            {
                balance += kind == IceEventKind.PathValidated ? 1 : kind == IceEventKind.PathEvicted ? -1 : 0;
            }

            Assert.True(_agent.TupleCount <= 8);
        }

        Assert.Equal(8, balance);
        Assert.True(_agent.IsValidated(A));
        Assert.True(_agent.IsValidated(B));
        Assert.True(_agent.IsValidated(Checks.Path(1_009)));
        Assert.False(_agent.IsValidated(Checks.Path(1_000)));
    }

    [Fact]
    public void The_newest_plain_nomination_wins()
    {
        _agent.Feed(At(0), A, _client.Request(nominate: false, priority: 900), out _);
        _agent.Feed(At(0), B, _client.Request(nominate: false, priority: 100), out _);
        _agent.Feed(At(10), A, _client.Request(priority: 900), out _);
        AssertSelected(A);
        _agent.Feed(At(20), B, _client.Request(priority: 100), out _);
        AssertSelected(B);
    }

    [Fact]
    public void Of_aggressive_nominations_the_highest_priority_wins_until_it_falls_silent()
    {
        _agent.Feed(At(0), A, _client.Request(priority: 900), out _);
        _agent.Feed(At(10), B, _client.Request(priority: 100), out _);
        AssertSelected(A);
        _agent.Feed(At(3_200), B, _client.Request(priority: 100), out _);
        AssertSelected(B);
    }

    [Fact(DisplayName = "TU-09 no authentic STUN for 30 s: consent is gone; a later check brings it back")]
    public void Consent()
    {
        Connect(A);
        _agent.Feed(At(1_000), A, _client.Request(), out _);
        Assert.Equal(At(31_000), _agent.NextDeadline);
        _agent.Tick(At(30_999));
        Assert.True(_agent.MaySendMedia);
        _agent.Tick(At(31_000));
        Assert.Equal([IceEventKind.ConsentExpired], _agent.Drain());
        Assert.False(_agent.MaySendMedia);
        Assert.False(_agent.TryGetMediaPath(out _));

        _agent.Feed(At(40_000), A, _client.Request(password: "wrongpasswordwrongpassword"), out _);
        Assert.False(_agent.MaySendMedia);
        _agent.Feed(At(40_000), A, _client.Request(), out _);
        Assert.Equal([IceEventKind.ConsentRevived], _agent.Drain());
        Assert.True(_agent.TryGetMediaPath(out _));
    }

    [Fact]
    public void A_path_that_carries_nothing_is_forgotten_after_30_seconds()
    {
        Connect(A);
        _agent.Feed(At(100), B, _client.Request(nominate: false), out _);
        _agent.Drain();
        _agent.Feed(At(29_000), A, _client.Request(), out _);
        _agent.Tick(At(30_099));
        Assert.True(_agent.IsValidated(B));
        _agent.Tick(At(30_100));
        Assert.False(_agent.IsValidated(B));
        Assert.Equal([IceEventKind.PathEvicted], _agent.Drain());
    }

    [Fact]
    public void A_tcp_link_is_another_path_to_the_same_address()
    {
        var tcp = A with { Link = 7 };
        Connect(A);
        Assert.False(_agent.IsValidated(tcp));
        _agent.Feed(At(10), tcp, _client.Request(nominate: false), out _);
        _agent.Feed(At(20), tcp, _client.Request(), out _);
        AssertSelected(tcp);
        _agent.NoteDtlsCompleted(tcp);
        Assert.True(_agent.TryGetMediaPath(out var media));
        Assert.Equal(tcp, media);
    }

    [Fact]
    public void The_local_ufrag_of_an_unknown_tuple_is_readable()
    {
        Assert.True(IceLiteAgent.TryReadLocalUfrag(_client.Request(), out var ufrag));
        Assert.Equal("srvA", System.Text.Encoding.ASCII.GetString(ufrag));
        Assert.False(IceLiteAgent.TryReadLocalUfrag(_client.Request(username: ":x"), out _));
        Assert.False(IceLiteAgent.TryReadLocalUfrag(_client.Answer(_client.Request()), out _));
    }

    [Fact(DisplayName = "A check in the steady state allocates nothing")]
    public void No_allocation()
    {
        Connect(A);
        var request = _client.Request();
        var reply = new byte[256];
        _agent.Receive(At(1), A, request, reply, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _agent.Receive(At(i), A, request, reply, out _);
            _agent.Tick(At(i));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Instant At(long milliseconds) => new(milliseconds * 1_000_000);

    private void Connect(NetworkPath path)
    {
        _agent.SetRemote(Checks.Client);
        _agent.Feed(At(0), path, _client.Request(nominate: false), out _);
        _agent.Feed(At(0), path, _client.Request(), out _);
        _agent.NoteDtlsCompleted(path);
        _agent.Drain();
        Assert.True(_agent.MaySendMedia);
    }

    private void AssertSelected(NetworkPath expected)
    {
        Assert.True(_agent.TryGetSelected(out var selected));
        Assert.Equal(expected, selected);
    }

    private static byte[] Unsigned()
    {
        var buffer = new byte[256];
        var writer = new StunWriter(buffer, StunClass.Request, new StunTransactionId(5, 5));
        writer.Add(StunAttribute.Username, "srvA:cliB"u8);
        writer.AddPriority(1);
        return buffer[..writer.Finish([])];
    }
}
