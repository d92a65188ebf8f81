using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Tests;

/// <summary>Product §17 and R-51: what health says, and that no dependency makes it slow.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private readonly SwitchableCheck _store = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.StartAsync([], services => services.AddSingleton<IReadinessCheck>(_store));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact(DisplayName = "Product 17 Ready lists its checks: cluster, stores, media sockets, certificate, accepting")]
    public async Task Ready_lists_its_checks()
    {
        var (status, body) = await ReadyAsync();
        Assert.Equal((HttpStatusCode.OK, "ready"), (status, body.GetProperty("status").GetString()));
        Assert.Equal(["rooms", "media", "certificate", "accepting", "store"], body.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
        Assert.All(body.GetProperty("checks").EnumerateArray(), check => Assert.Equal("ok", check.GetProperty("state").GetString()));
    }

    [Fact(DisplayName = "R-51 A dependency that is lost flips ready within five seconds, and back")]
    public async Task Ready_follows_its_dependencies()
    {
        Assert.Equal(HttpStatusCode.OK, (await ReadyAsync()).Status);
        _store.Answer = () => Task.FromResult(CheckResult.Failed("no connection"));
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        var (status, body) = await ReadyAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unready"), (status, body.GetProperty("status").GetString()));
        _store.Answer = () => throw new InvalidOperationException("Password=hunter2");
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain("hunter2", (await ReadyAsync()).Body.GetRawText(), StringComparison.Ordinal);
        _store.Answer = () => Task.FromResult(CheckResult.Ok("here"));
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await ReadyAsync()).Status);
    }

    [Fact(DisplayName = "Product 17 Degraded is not unready")]
    public async Task Degraded_is_still_ready()
    {
        _store.Answer = () => Task.FromResult(CheckResult.Degraded("slow"));
        var (status, body) = await ReadyAsync();
        Assert.Equal((HttpStatusCode.OK, "degraded"), (status, body.GetProperty("status").GetString()));
    }

    [Fact(DisplayName = "R-51 A dependency that hangs fails ready after two seconds; live waits for nobody")]
    public async Task A_hanging_dependency_is_given_up()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Answer = () =>
        {
            asked.TrySetResult();
            return new TaskCompletionSource<CheckResult>().Task;
        };
        var ready = ReadyAsync();
        await asked.Task;
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.GetAsync("/health/live")).StatusCode);
        Assert.False(ready.IsCompleted);
        _server.Time.Advance(TimeSpan.FromSeconds(2));
        var (status, body) = await ready;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("no answer within two seconds", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Product 17 A media socket that does not answer its own STUN check makes the node unready")]
    public async Task A_deaf_socket_is_unready()
    {
        _server.Engine.TestSockets = _ => new([
            new SocketTest(0, 10_000, TimeSpan.FromMilliseconds(1), null), new SocketTest(1, 10_001, TimeSpan.FromSeconds(1), "no answer within a second")]);
        var (status, body) = await ReadyAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("port 10001: no answer within a second", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Product 17 A media shard that hangs makes the process not alive")]
    public async Task A_stuck_shard_is_not_alive()
    {
        _server.Engine.Count = counted => counted with { SilentFor = TimeSpan.FromSeconds(4) };
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.GetAsync("/health/live")).StatusCode);
        _server.Engine.Count = counted => counted with { SilentFor = TimeSpan.FromSeconds(6) };
        var reply = await _server.Http.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        Assert.Contains("6000", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Product 17 The program itself: its UDP ports answer, and it is ready")]
    public async Task The_program_is_ready()
    {
        await using var program = await ServerProcess.StartAsync("--Storage:Mode=memory", "--dev");
        var reply = await program.Http.GetAsync("/health/ready");
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains("1 port answers within", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await program.Http.GetAsync("/health/live")).StatusCode);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> ReadyAsync()
    {
        var reply = await _server.Http.GetAsync("/health/ready");
        return (reply.StatusCode, JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement);
    }

    private sealed class SwitchableCheck : IReadinessCheck
    {
        public Func<Task<CheckResult>> Answer { get; set; } = () => Task.FromResult(CheckResult.Ok("here"));

        public string Name => "store";

        public Task<CheckResult> CheckAsync(CancellationToken stop) => Answer();
    }
}
