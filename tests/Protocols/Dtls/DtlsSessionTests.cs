using Sylk.Conference.Protocols.Dtls;

namespace Sylk.Conference.Protocols.Tests.Dtls;

public sealed class DtlsSessionTests(DtlsFixture fixture) : IClassFixture<DtlsFixture>
{
    [Fact(DisplayName = "A handshake takes two round trips, datagrams stay within 1,200 bytes, both ends hold the same keys")]
    public void Handshake()
    {
        using var client = fixture.NewClient();
        using var server = fixture.NewServer();
        var link = new DtlsLink(client, server);
        link.Run(41);
        Assert.Equal((DtlsState.Connected, DtlsState.Connected), (client.State, server.State));
        Assert.InRange(link.Largest, 500, 1_200);
        AssertSameKeys(client, server, SrtpKeyingMaterial.AeadAes128Gcm);
        Assert.Equal(Instant.Never, client.NextDeadline);
        Assert.Equal(Instant.Never, server.NextDeadline);
    }

    [Theory(DisplayName = "E.3 the server's order of SRTP profiles wins")]
    [InlineData("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM", SrtpKeyingMaterial.AeadAes128Gcm)]
    [InlineData("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM", SrtpKeyingMaterial.AeadAes256Gcm)]
    [InlineData("SRTP_AES128_CM_SHA1_32:SRTP_AES128_CM_SHA1_80", SrtpKeyingMaterial.Aes128CmSha1Tag80)]
    public void Profile_order(string offered, ushort expected)
    {
        using var context = new DtlsContext(fixture.ClientIdentity, DtlsRole.Client, offered);
        using var client = fixture.NewClient(context);
        using var server = fixture.NewServer();
        new DtlsLink(client, server).Run(100);
        AssertSameKeys(client, server, expected);
    }

    [Fact(DisplayName = "TU-25 a client without a common SRTP profile is refused by both")]
    public void No_common_profile()
    {
        using var context = new DtlsContext(fixture.ClientIdentity, DtlsRole.Client, "SRTP_AES128_CM_SHA1_32");
        using var client = fixture.NewClient(context);
        using var server = fixture.NewServer();
        new DtlsLink(client, server).Run(100);
        Assert.Equal((DtlsState.Failed, DtlsFailure.NoSrtpProfile), (server.State, server.Failure));
        Assert.Equal((DtlsState.Failed, DtlsFailure.NoSrtpProfile), (client.State, client.Failure));
        Assert.False(server.TryExportSrtpKeys(out _));
    }

    [Theory(DisplayName = "TU-04 a certificate of another fingerprint fails the handshake: no keys on the side that checked")]
    [InlineData(true)]
    [InlineData(false)]
    public void Fingerprint_mismatch(bool atServer)
    {
        var wrong = CertificateFingerprint.Compute("somebody else"u8);
        using var client = new DtlsSession(fixture.Client, DtlsRole.Client, [atServer ? fixture.ServerIdentity.Fingerprint : wrong]);
        using var server = new DtlsSession(fixture.Server, DtlsRole.Server, [atServer ? wrong : fixture.ClientIdentity.Fingerprint]);
        var link = new DtlsLink(client, server);
        link.Run(500);
        var checking = atServer ? server : client;
        var other = atServer ? client : server;
        Assert.Equal((DtlsState.Failed, DtlsFailure.FingerprintMismatch), (checking.State, checking.Failure));
        Assert.False(checking.TryExportSrtpKeys(out _));
        Assert.NotEqual(DtlsState.Connected, other.State);
        link.Run(11_000);
        Assert.Equal(DtlsState.Failed, other.State);
    }

    [Fact(DisplayName = "TU-04 only the strongest offered hash counts; SHA-1 alone or nothing never matches")]
    public void Strongest_fingerprint()
    {
        var good = fixture.ClientIdentity.Fingerprint;
        Assert.True(CertificateFingerprint.TryParse("sha-1 " + string.Join(':', Enumerable.Repeat("AA", 20)), out var sha1));
        Assert.True(CertificateFingerprint.TryParse("sha-512 " + string.Join(':', Enumerable.Repeat("AA", 64)), out var sha512));
        Assert.True(Accepts([good]));
        Assert.True(Accepts([sha1!, CertificateFingerprint.Compute("other"u8), good]));
        Assert.False(Accepts([sha512!, good]));
        Assert.False(Accepts([sha1!]));
        Assert.False(Accepts([]));
    }

    [Fact(DisplayName = "Loss, duplicates and reordering: 100 seeds connect within the limit and agree on the keys")]
    public void Lossy_link()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            using var client = fixture.NewClient();
            using var server = fixture.NewServer();
            var link = new DtlsLink(client, server, seed) { Loss = 0.2, Duplicates = 0.2, JitterMilliseconds = 30 };
            link.Run(9_000);
            Assert.True(link.BothConnected, $"seed {seed}: {client.State} {server.State}");
            AssertSameKeys(client, server, SrtpKeyingMaterial.AeadAes128Gcm);
        }
    }

    [Fact(DisplayName = "E.3 the server's last flight is lost five times: each repeated Finished is answered")]
    public void Lost_last_flight()
    {
        using var client = fixture.NewClient();
        using var server = fixture.NewServer();
        var lost = 0;
        var link = new DtlsLink(client, server)
        {
            Passes = (source, bytes) => source != server || server.State != DtlsState.Connected || ++lost > 5,
        };
        link.Run(60);
        Assert.Equal((DtlsState.Handshaking, DtlsState.Connected), (client.State, server.State));
        link.Run(6_000);
        Assert.Equal(6, lost);
        Assert.True(link.BothConnected);
    }

    [Fact(DisplayName = "E.3 a peer that repeats its Finished by the wall clock, with fresh record numbers, is answered too")]
    public void Lost_last_flight_by_the_wall_clock()
    {
        using var clientContext = new DtlsContext(fixture.ClientIdentity, DtlsRole.Client);
        using var serverContext = new DtlsContext(fixture.ServerIdentity, DtlsRole.Server);
        using var client = fixture.NewClient(clientContext);
        using var server = fixture.NewServer(serverContext);
        var lost = 0;
        var link = new DtlsLink(client, server) { Passes = (source, _) => source != server || server.State != DtlsState.Connected || ++lost > 2 };
        link.Run(9_000);
        Assert.True(link.BothConnected);
    }

    [Fact(DisplayName = "The hello is repeated after 50, 150, 350 ms … and the handshake given up after 10 s (L4)")]
    public void Retransmission_times()
    {
        using var client = fixture.NewClient();
        using var server = fixture.NewServer();
        var sent = new List<double>();
        DtlsLink? link = null;
        link = new DtlsLink(client, server)
        {
            Passes = (_, _) =>
            {
                sent.Add(link!.Now.Milliseconds - 5_000);
                return false;
            },
        };
        link.Run(9_999);
        Assert.Equal([0, 50, 150, 350, 750, 1_550, 3_150, 4_750, 6_350, 7_950, 9_550], sent);
        Assert.Equal(DtlsState.Handshaking, client.State);
        link.Run(2);
        Assert.Equal((DtlsState.Failed, DtlsFailure.HandshakeTimeout), (client.State, client.Failure));
        Assert.Equal(Instant.Never, client.NextDeadline);
    }

    [Fact(DisplayName = "close_notify ends the other side at once")]
    public void Goodbye()
    {
        using var client = fixture.NewClient();
        using var server = fixture.NewServer();
        var link = new DtlsLink(client, server);
        link.Run(100);
        client.Close(link.Now);
        Assert.Equal(DtlsState.Closed, client.State);
        link.Run(11);
        Assert.Equal((DtlsState.Closed, DtlsFailure.None), (server.State, server.Failure));
    }

    [Fact]
    public void Application_data_goes_both_ways()
    {
        using var client = fixture.NewClient();
        using var server = fixture.NewServer();
        var link = new DtlsLink(client, server);
        Assert.False(client.Write("too early"u8));
        link.Run(100);
        Assert.True(client.Write("ping"u8));
        Assert.True(server.Write(new byte[1_136]));
        Assert.False(server.Write(new byte[1_137]));
        link.Run(11);
        var buffer = new byte[2_000];
        Assert.True(server.TryRead(buffer, out var length));
        Assert.Equal("ping"u8.ToArray(), buffer[..length]);
        Assert.True(client.TryRead(buffer, out length));
        Assert.Equal(1_136, length);
        Assert.False(client.TryRead(buffer, out _));
        Assert.InRange(link.Largest, 1, 1_200);
    }

    private bool Accepts(IReadOnlyList<CertificateFingerprint> expected)
    {
        using var server = new DtlsSession(fixture.Server, DtlsRole.Server, expected);
        return server.AcceptsCertificate(fixture.ClientIdentity.Certificate);
    }

    private static void AssertSameKeys(DtlsSession client, DtlsSession server, ushort profile)
    {
        Assert.True(client.TryExportSrtpKeys(out var left));
        Assert.True(server.TryExportSrtpKeys(out var right));
        Assert.Equal(profile, left!.Profile);
        Assert.Equal(profile, right!.Profile);
        Assert.Equal(left.LocalKey, right.RemoteKey);
        Assert.Equal(left.LocalSalt, right.RemoteSalt);
        Assert.Equal(left.RemoteKey, right.LocalKey);
        Assert.Equal(left.RemoteSalt, right.LocalSalt);
        Assert.NotEqual(left.LocalKey, left.RemoteKey);
        var sizes = SrtpKeyingMaterial.SizesOf(profile);
        Assert.Equal(sizes, (left.LocalKey.Length, left.LocalSalt.Length));
    }
}
