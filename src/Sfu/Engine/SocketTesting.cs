using System.Net;
using System.Net.Sockets;
using System.Text;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Stun;
using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>
/// Asks one shard over its own UDP port what any browser would: a Binding request with credentials, from another socket of this
/// machine. Shows that the socket receives and sends, that the loop turns, and that ICE answers.
/// </summary>
internal sealed class SocketTesting(MediaShard shard, string room, IPAddress address)
{
    /// <summary>L2.</summary>
    private const int MaxMessage = 548;
    private const int LifeMilliseconds = 8000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly byte[] Ufrag = "selftest"u8.ToArray();
    private static int _count;

    public async Task<SocketTest> RunAsync(CancellationToken stop)
    {
        var began = MonotonicClock.Now;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            var credentials = await OpenAsync(patience.Token).ConfigureAwait(false);
            var problem = await AskAsync(credentials, patience.Token).ConfigureAwait(false);
            return Result(problem);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Result("no answer within a second");
        }
        catch (SocketException fault)
        {
            return Result(fault.SocketErrorCode.ToString());
        }

        SocketTest Result(string? problem) => new(shard.Index, shard.UdpPort, MonotonicClock.Now - began, problem);
    }

    /// <summary>A peer outside any room, gone by itself: whoever waits for a stuck shard leaves nothing behind either.</summary>
    private async Task<IceCredentials> OpenAsync(CancellationToken stop)
    {
        var answer = new TaskCompletionSource<IceCredentials>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = $"self-test {Interlocked.Increment(ref _count)}";
        var posted = shard.Mailbox.TryPost(now =>
        {
            if (stop.IsCancellationRequested)
                return;
            var peer = shard.AddPeer(shard.OpenRoom(room, RoomMediaPolicy.Default), id, PeerKind.Whep, isSocketTest: true);
            peer.ExpiresAt = now.PlusMilliseconds(LifeMilliseconds);
            shard.Deadlines.Refresh(peer);
            answer.SetResult(peer.Transport.Ice.Local);
        });
        return posted ? await answer.Task.WaitAsync(stop).ConfigureAwait(false) : throw new OperationCanceledException("The shard takes no more orders.");
    }

    private async Task<string?> AskAsync(IceCredentials credentials, CancellationToken stop)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(address, shard.UdpPort), stop).ConfigureAwait(false);
        var (id, password) = (StunTransactionId.Create(), Encoding.ASCII.GetBytes(credentials.Password));
        await socket.SendAsync(Request(id, credentials.Ufrag, password), stop).ConfigureAwait(false);
        var buffer = new byte[MaxMessage];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, stop).ConfigureAwait(false);
            if (IsAnswer(buffer.AsSpan(0, length), id, out var problem, password))
                return problem;
        }
    }

    private static byte[] Request(StunTransactionId id, string ufrag, byte[] password)
    {
        var buffer = new byte[MaxMessage];
        var writer = new StunWriter(buffer, StunClass.Request, id);
        writer.AddUsername(Encoding.ASCII.GetBytes(ufrag), Ufrag);
        writer.AddPriority(1);
        writer.AddUInt64(StunAttribute.IceControlling, 1);
        return buffer[..writer.Finish(password)];
    }

    /// <summary>The server checks us in return; what is not the answer is passed over.</summary>
    private static bool IsAnswer(ReadOnlySpan<byte> datagram, StunTransactionId id, out string? problem, byte[] password)
    {
        problem = null;
        if (!StunMessage.TryParse(datagram, out var message, out _) || message.Class is StunClass.Request || message.TransactionId != id)
            return false;
        if (message.Class != StunClass.Success)
            problem = $"answered with error {message.ErrorCode}";
        else if (!message.VerifyIntegrity(password))
            problem = "the answer is not authentic";
        return true;
    }
}
