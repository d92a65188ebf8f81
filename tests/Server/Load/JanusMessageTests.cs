using System.Text;
using System.Text.Json.Nodes;
using Sylk.Conference.Load.Janus;

namespace Sylk.Conference.Server.Tests.Load;

/// <summary>What the load generator says to Janus and reads from it.</summary>
public class JanusMessageTests
{
    private static readonly JanusHandle Handle = new(11, 22);

    [Fact(DisplayName = "A subscription names its streams by publisher and section")]
    public void SubscribeNamesStreams()
    {
        var body = Written(JanusRequest.Subscribe(Handle, 7, [new JanusStream(101, "0"), new JanusStream(102, "1")]))["body"]!;
        Assert.Equal("join", (string?)body["request"]);
        Assert.Equal("subscriber", (string?)body["ptype"]);
        Assert.Equal(7, (long?)body["room"]);
        Assert.Equal("""[{"feed":101,"mid":"0"},{"feed":102,"mid":"1"}]""", body["streams"]!.ToJsonString());
    }

    [Fact(DisplayName = "Requests carry session, handle and transaction; descriptions say there will be no more candidates")]
    public void PublishCarriesOffer()
    {
        var request = Written(JanusRequest.Publish(Handle, 7, "v=0"));
        Assert.Equal(("message", 11L, 22L, "t1"), (
            (string?)request["janus"], (long)request["session_id"]!, (long)request["handle_id"]!, (string?)request["transaction"]));
        Assert.Equal("""{"type":"offer","sdp":"v=0","trickle":false}""", request["jsep"]!.ToJsonString());
        Assert.Equal("answer", (string?)Written(JanusRequest.Start(Handle, "v=0"))["jsep"]!["type"]);
    }

    [Fact(DisplayName = "A room limits nobody's bitrate and tells nobody who comes")]
    public void RoomIsForMediaOnly()
    {
        var body = Written(JanusRequest.CreateRoom(Handle, 7))["body"]!;
        Assert.Equal((0, 0, false), ((int)body["bitrate"]!, (int)body["fir_freq"]!, (bool)body["notify_joining"]!));
    }

    [Theory(DisplayName = "Answers are read: kind, what came to be, description, problem")]
    [InlineData("""{"janus":"success","transaction":"1","data":{"id":8522006363056474}}""", "success", "1", 8522006363056474, null, null)]
    [InlineData("""{"janus":"ack","session_id":5,"transaction":"2"}""", "ack", "2", 0, null, null)]
    [InlineData(
        """{"janus":"event","session_id":5,"transaction":"3","sender":6,"plugindata":{"plugin":"p","data":{"videoroom":"joined","id":62}},"jsep":{"type":"answer","sdp":"v=0"}}""",
        "event", "3", 62, "v=0", null)]
    [InlineData(
        """{"janus":"event","transaction":"4","plugindata":{"data":{"videoroom":"event","error_code":428,"error":"No such feed"}}}""",
        "event", "4", 0, null, "No such feed")]
    [InlineData("""{"janus":"error","transaction":"5","error":{"code":458,"reason":"No such session"}}""", "error", "5", 0, null, "No such session")]
    public void RepliesAreRead(string json, string kind, string transaction, long id, string? sdp, string? problem)
    {
        Assert.True(JanusReply.TryRead(Encoding.UTF8.GetBytes(json), out var reply));
        Assert.Equal((kind, transaction, id, sdp, problem), (reply!.Kind, reply.Transaction, reply.Id, reply.Sdp, reply.Problem));
        Assert.Equal(kind == "ack", reply.IsAcknowledgement);
    }

    [Theory(DisplayName = "What is no object of JSON is refused")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"janus\":")]
    public void NonsenseIsRefused(string text) => Assert.False(JanusReply.TryRead(Encoding.UTF8.GetBytes(text), out _));

    private static JsonNode Written(JsonObject request) => JsonNode.Parse(JanusRequest.Write(request, "t1"))!;
}
