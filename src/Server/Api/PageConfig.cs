using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Api;

/// <summary>What pages ask first, as it is sent. Written anew when settings change, and once the SIP ports are open.</summary>
/// <param name="read">What the settings say.</param>
/// <param name="door">Null where no phone can call.</param>
internal sealed class PageConfig(Func<object> read, SipDoor? door)
{
    /// <summary>Pages put a room's name in its place.</summary>
    private const string AnyRoom = "{room}";

    /// <summary>A name no address writes in another way.</summary>
    private const string SampleRoom = "sample-room";

    private Written? _written;

    public void Forget() => _written = null;

    public byte[] Current()
    {
        var address = door?.AddressOf(SampleRoom)?.Replace(SampleRoom, AnyRoom, StringComparison.Ordinal);
        if (_written is { } known && known.Address == address)
            return known.Json;
        var written = new Written(address, Write(address));
        _written = written;
        return written.Json;
    }

    private byte[] Write(string? address)
    {
        var page = JsonSerializer.SerializeToNode(read(), Wire.Json)!.AsObject();
        page["sip"] = new JsonObject { ["address"] = address, ["dialOut"] = page["features"]!["dial"]!.GetValue<bool>() };
        return JsonSerializer.SerializeToUtf8Bytes(page, Wire.Json);
    }

    private sealed record Written(string? Address, byte[] Json);
}
