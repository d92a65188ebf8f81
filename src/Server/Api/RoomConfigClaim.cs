using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Api;

/// <summary>The claim <c>roomConfig</c> is what creating a room takes, read as strictly.</summary>
internal sealed class RoomConfigClaim(RoomClock clock) : IRoomConfigClaim
{
    public RoomConfig? Read(JsonElement claim, string room)
    {
        if (claim.ValueKind != JsonValueKind.Object || ApiBody.Bind<RoomInput>(claim).Value is not { } input)
            return null;
        var flaws = new Flaws();
        var config = RoomShape.Read(input, RoomShape.Fresh(room, permanent: false, clock.Now), flaws);
        return flaws.Any ? null : config;
    }
}
