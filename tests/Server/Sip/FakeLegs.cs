using System.Collections.Concurrent;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Phones without sound: every description is welcome, every prompt is over at once, and all orders are written down.</summary>
internal sealed class FakeLegs(LegMail mail) : ILegEngine
{
    public const string Unusable = "m=unusable";

    /// <summary>Offers have video where that is wanted.</summary>
    public bool HasCameras { get; set; } = true;

    public ConcurrentQueue<LegOffer> Offers { get; } = new();

    public ConcurrentQueue<LegOrder> Orders { get; } = new();

    public ConcurrentDictionary<string, string> Open { get; } = new();

    /// <summary>What has been said, in order.</summary>
    public IEnumerable<string> Said => Orders.OfType<PlayPrompts>().SelectMany(order => order.Prompts);

    public ValueTask<LegAnswer> NegotiateAsync(LegOffer offer)
    {
        Offers.Enqueue(offer);
        if (offer.Remote == Unusable)
            return new(LegAnswer.Refused(MediaErrorCode.MediaIncompatible, "No \"codec\" in common.", 305));
        Open[offer.LegId] = offer.Room;
        var isHeld = offer.Remote?.Contains("a=sendonly", StringComparison.Ordinal) == true;
        var hasVideo = offer.Remote?.Contains("m=video", StringComparison.Ordinal) == true;
        var camera = HasCameras && offer is { Remote: null, OffersVideo: true } ? "m=video 4002 RTP/AVP 120\r\n" : "";
        return new(new LegAnswer(null, offer.IsAnswer ? "" : $"v=0\r\ns={(offer.Remote is null ? "offer" : "answer")}\r\n{camera}", isHeld, HasAudio: true)
        {
            HasVideo = hasVideo,
            SeesVideo = hasVideo && !isHeld,
        });
    }

    public ValueTask<MediaError?> OrderAsync(LegOrder order)
    {
        Orders.Enqueue(order);
        if (order is PlayPrompts play)
            mail.OnLeg(new LegPromptsEnded(play.Room, play.LegId, play.Tag));
        return default;
    }

    public ValueTask<MediaError?> CloseAsync(string room, long epoch, string legId)
    {
        Open.TryRemove(legId, out _);
        return default;
    }

    /// <summary>Something happens on the only leg.</summary>
    public void Happen(Func<string, string, LegEvent> make)
    {
        var leg = Open.Keys.Single();
        mail.OnLeg(make(Open[leg], leg));
    }

    public void Press(string keys)
    {
        var leg = Open.Keys.Single();
        foreach (var key in keys)
            mail.OnLeg(new LegDigit(Open[leg], leg, key));
    }
}
