using System.Buffers.Binary;
using CsCheck;
using Sylk.Conference.Protocols.Dtls;

namespace Sylk.Conference.Protocols.Tests.Dtls;

public sealed class DtlsAttackTests(DtlsFixture fixture) : IClassFixture<DtlsFixture>
{
    private static readonly Instant Start = new(1_000_000_000);

    [Fact(DisplayName = "TU-02 a forged plaintext alert ends nobody, before or after the handshake")]
    public void Forged_alert()
    {
        byte[] alert = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40];
        using var client = fixture.NewClient();
        using var server = fixture.NewServer();
        var link = new DtlsLink(client, server);
        link.Passes = (source, _) =>
        {
            (source == client ? server : client).Receive(link.Now, alert);
            return true;
        };
        link.Run(100);
        Assert.True(link.BothConnected);
        client.Receive(link.Now, alert);
        server.Receive(link.Now, alert);
        Assert.True(link.BothConnected);
        Assert.NotEqual(0, server.RecordsDropped);
    }

    [Fact(DisplayName = "TU-02 garbage records between the flights and encrypted garbage afterwards cost one packet each")]
    public void Garbage_records()
    {
        using var client = fixture.NewClient();
        using var server = fixture.NewServer();
        var link = new DtlsLink(client, server);
        var random = new Random(7);
        link.Passes = (source, _) =>
        {
            var target = source == client ? server : client;
            for (var type = 20; type < 64; type++)
            {
                var garbage = new byte[random.Next(1, 200)];
                random.NextBytes(garbage);
                garbage[0] = (byte)type;
                target.Receive(link.Now, garbage);
            }

            return true;
        };
        link.Run(100);
        Assert.Equal((DtlsState.Connected, DtlsState.Connected), (client.State, server.State));
        link.Passes = static (_, _) => true;
        for (var i = 0; i < 1_000; i++)
        {
            var record = Record((byte)random.Next(20, 24), epoch: 1, sequence: (ulong)(100 + i), new byte[random.Next(1, 100)]);
            random.NextBytes(record.AsSpan(13));
            server.Receive(link.Now, record);
            client.Receive(link.Now, record);
        }

        link.Run(10);
        Assert.Equal((DtlsState.Connected, DtlsState.Connected), (client.State, server.State));
        Assert.True(client.Write("still here"u8));
        link.Run(11);
        Assert.True(server.TryRead(new byte[100], out _));
    }

    [Fact(DisplayName = "TU-02 a bad hello is not answered and the good one that follows connects")]
    public void Bad_hello_then_good()
    {
        using var client = fixture.NewClient();
        using var server = fixture.NewServer();
        var hello = Hello();
        for (var cut = 60; cut < 120; cut += 7)
        {
            var bad = (byte[])hello.Clone();
            bad.AsSpan(cut).Fill(0xFF);
            server.Receive(Start, bad);
            Assert.False(server.TryTakeDatagram(new byte[2048], out _));
        }

        var dtls10 = (byte[])hello.Clone();
        dtls10[26] = 0xFF;
        server.Receive(Start, dtls10);
        Assert.False(server.TryTakeDatagram(new byte[2048], out _));
        Assert.Equal(DtlsState.Handshaking, server.State);
        var link = new DtlsLink(client, server);
        link.Run(100);
        Assert.True(link.BothConnected);
    }

    [Fact(DisplayName = "TU-03, L4 zero-length, overlapping, huge and endless fragments are dropped; at most 32 are kept")]
    public void Fragment_bombs()
    {
        using var server = fixture.NewServer();
        var records = default(DtlsRecords);
        var scratch = new byte[2048];
        Assert.Equal(0, records.Filter(Fragment(total: 1_000, offset: 0, length: 0, sequence: 0), scratch, false));
        Assert.Equal(0, records.Filter(Fragment(total: 1_000, offset: 990, length: 20, sequence: 0), scratch, false));
        Assert.Equal(0, records.Filter(Fragment(total: 0xFFFFFF, offset: 0, length: 20, sequence: 0), scratch, false));
        Assert.Equal(0, records.Filter(Fragment(total: 100, offset: 0, length: 20, sequence: 5_000), scratch, false));
        var kept = 0;
        for (var i = 0; i < 10_000; i++)
        {
            kept += records.Filter(Fragment(total: 5_000, offset: i % 400, length: 20, sequence: i % 10), scratch, false) > 0 ? 1 : 0;
            server.Receive(Start, Fragment(total: 5_000, offset: i % 400, length: 20, sequence: i % 10));
        }

        Assert.Equal(32, kept);
        Assert.Equal(10_000 + 4 - 32, records.Dropped);
        Assert.False(server.TryTakeDatagram(scratch, out _));
    }

    [Fact(DisplayName = "TU-25 DTLS 1.2 only: the hello offers ECDHE with AEAD, extended master secret and our SRTP profiles")]
    public void Hello_contents()
    {
        var hello = Hello();
        Assert.Equal(0xFEFD, BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(25)));
        var suites = hello.AsSpan(13 + 12 + 2 + 32 + 1 + 1);
        var count = BinaryPrimitives.ReadUInt16BigEndian(suites) / 2;
        var offered = new List<ushort>();
        for (var i = 0; i < count; i++)
        {
            offered.Add(BinaryPrimitives.ReadUInt16BigEndian(suites[(2 + 2 * i)..]));
        }

        Assert.Equal([0xC02B, 0xC02F, 0xC02C, 0xC030, 0x00FF], offered);
        Assert.True(hello.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0x17, 0, 0]) > 0);
        Assert.True(hello.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0x0E, 0, 9, 0, 6, 0, 7, 0, 8, 0, 1, 0]) > 0);
        Assert.True(hello.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0x0A, 0, 6, 0, 4, 0, 0x1D, 0, 0x17]) > 0);
    }

    [Fact(DisplayName = "Z DTLS: random datagrams of every first byte never throw and never get an answer")]
    public void Random_datagrams()
    {
        using var server = fixture.NewServer();
        var buffer = new byte[2048];
        Gen.Byte.Array[0, 300].Sample(
            bytes =>
            {
                server.Receive(Start, bytes);
                return !server.TryTakeDatagram(buffer, out _);
            },
            threads: 1);
        Assert.Equal(DtlsState.Handshaking, server.State);
    }

    [Fact(DisplayName = "Z DTLS: damaged handshakes never throw; a damaged session ends in the limit, the next one is unharmed")]
    public void Damaged_handshakes()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            using var client = fixture.NewClient();
            using var server = fixture.NewServer();
            var link = new DtlsLink(client, server, seed)
            {
                Passes = (_, bytes) =>
                {
                    if (random.NextDouble() < 0.3)
                    {
                        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    }

                    return true;
                },
            };
            link.Run(25_000);
            Assert.Contains(client.State, new[] { DtlsState.Connected, DtlsState.Failed });
            Assert.Contains(server.State, new[] { DtlsState.Connected, DtlsState.Failed, DtlsState.New, DtlsState.Closed });
        }

        using var nextClient = fixture.NewClient();
        using var nextServer = fixture.NewServer();
        var next = new DtlsLink(nextClient, nextServer);
        next.Run(100);
        Assert.True(next.BothConnected);
    }

    [Fact]
    public void A_disposed_session_is_inert()
    {
        var server = fixture.NewServer();
        server.Dispose();
        server.Dispose();
        server.Receive(Start, Hello());
        server.Tick(Start);
        server.Close(Start);
        Assert.False(server.Write("x"u8));
        Assert.False(server.TryExportSrtpKeys(out _));
        Assert.Equal(DtlsState.Closed, server.State);
    }

    private byte[] Hello()
    {
        using var client = fixture.NewClient();
        client.Start(Start);
        var buffer = new byte[2048];
        Assert.True(client.TryTakeDatagram(buffer, out var length));
        return buffer[..length];
    }

    private static byte[] Fragment(int total, int offset, int length, int sequence)
    {
        var body = new byte[12 + length];
        body[0] = 1;
        Write24(body, 1, total);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(4), (ushort)sequence);
        Write24(body, 6, offset);
        Write24(body, 9, length);
        return Record(22, 0, (ulong)(offset + sequence), body);
    }

    private static byte[] Record(byte type, ushort epoch, ulong sequence, byte[] body)
    {
        var record = new byte[13 + body.Length];
        record[0] = type;
        record[1] = 0xFE;
        record[2] = 0xFD;
        BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(3), ((ulong)epoch << 48) | sequence);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(11), (ushort)body.Length);
        body.CopyTo(record, 13);
        return record;
    }

    private static void Write24(byte[] target, int at, int value)
    {
        target[at] = (byte)(value >> 16);
        target[at + 1] = (byte)(value >> 8);
        target[at + 2] = (byte)value;
    }
}
