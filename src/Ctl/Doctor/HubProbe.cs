using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Ctl.Doctor;

/// <summary>
/// The network test of a page, without the page: the room hub's <c>TestNetwork</c> (product §7.3) over its JSON protocol. It needs no key and
/// no room, and answers with the media addresses that browsers are given.
/// </summary>
internal static class HubProbe
{
    private const byte Separator = 0x1e;
    private const int Longest = 256 * 1024;

    private const string Offer =
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
        + "c=IN IP4 0.0.0.0\r\na=ice-ufrag:doct\r\na=ice-pwd:doctordoctordoctordoctor\r\na=fingerprint:sha-256 "
        + "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n"
        + "a=setup:actpass\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n";

    /// <exception cref="WebSocketException">The hub is not there.</exception>
    /// <exception cref="IOException">It said something else than an answer.</exception>
    public static async Task<MediaAnswer> AskAsync(Uri server, CancellationToken stop)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server) { Scheme = server.Scheme == "https" ? "wss" : "ws", Path = "/hubs/room" }.Uri, stop);
        await SendAsync(socket, new JsonObject { ["protocol"] = "json", ["version"] = 1 }, stop);
        await SendAsync(socket, new JsonObject
        {
            ["type"] = 1,
            ["invocationId"] = "1",
            ["target"] = "TestNetwork",
            ["arguments"] = new JsonArray(new JsonObject { ["sdp"] = Offer }),
        }, stop);
        await foreach (var message in MessagesAsync(socket, stop))
        {
            if ((string?)message["invocationId"] != "1")
                continue;
            if ((string?)message["result"]?["value"]?["sdp"] is { } sdp && SdpParser.TryParse(sdp, out var answer, out _))
                return MediaAnswer.Of(answer);
            throw new IOException((string?)message["result"]?["error"]?["title"] ?? "the room hub did not answer the network test");
        }
        throw new IOException("the room hub closed the connection");
    }

    private static ValueTask SendAsync(ClientWebSocket socket, JsonObject message, CancellationToken stop)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes(message.ToJsonString()), Separator];
        return socket.SendAsync(text.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, stop);
    }

    private static async IAsyncEnumerable<JsonNode> MessagesAsync(
        ClientWebSocket socket, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var (buffer, filled) = (new byte[Longest], 0);
        while (filled < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), stop);
            if (read.MessageType == WebSocketMessageType.Close)
                yield break;
            filled += read.Count;
            for (var end = Array.IndexOf(buffer, Separator, 0, filled); end >= 0; end = Array.IndexOf(buffer, Separator, 0, filled))
            {
                if (JsonNode.Parse(buffer.AsSpan(0, end)) is { } message)
                    yield return message;
                buffer.AsSpan(end + 1, filled - end - 1).CopyTo(buffer);
                filled -= end + 1;
            }
        }
    }
}

/// <param name="IsTcp">ICE over TCP.</param>
internal readonly record struct MediaAddress(string Host, int Port, bool IsTcp)
{
    public override string ToString() => $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/{(IsTcp ? "tcp" : "udp")}";
}

/// <summary>What browsers are told: where media is, and how to prove that they were told.</summary>
internal sealed record MediaAnswer(string Ufrag, string Password, IReadOnlyList<MediaAddress> Addresses)
{
    public static MediaAnswer Of(SessionDescription answer)
    {
        var media = answer.Media[0];
        return new(answer.IceUfragOf(media) ?? "", answer.IcePwdOf(media) ?? "", [.. media.Candidates.Select(Read).OfType<MediaAddress>().Distinct()]);
    }

    /// <summary><c>foundation component transport priority address port typ …</c> (RFC 8839).</summary>
    private static MediaAddress? Read(string candidate)
    {
        var parts = candidate.Split(' ');
        return parts.Length > 5 && int.TryParse(parts[5], System.Globalization.CultureInfo.InvariantCulture, out var port)
            ? new MediaAddress(parts[4], port, parts[2].Equals("tcp", StringComparison.OrdinalIgnoreCase))
            : null;
    }
}
