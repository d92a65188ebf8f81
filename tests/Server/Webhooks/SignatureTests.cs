using Sylk.Conference.Server.Webhooks;

namespace Sylk.Conference.Server.Tests.Webhooks;

public class SignatureTests
{
    /// <summary>The example of the Standard Webhooks specification.</summary>
    [Fact]
    public void The_public_example_gives_the_public_signature()
    {
        var signature = WebhookSecret.Sign(
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330),
            """{"test": 2432232314}""");

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Fact]
    public void During_a_rotation_both_secrets_sign()
    {
        var (first, second) = (WebhookSecret.New(), WebhookSecret.New());
        var at = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        var both = WebhookSecret.Sign([first, second], "evt_1", at, "{}").Split(' ');

        Assert.Equal([WebhookSecret.Sign([first], "evt_1", at, "{}"), WebhookSecret.Sign([second], "evt_1", at, "{}")], both);
        Assert.NotEqual(both[0], both[1]);
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("whsec_c2hvcnQ=", false)]
    [InlineData("whsec_not base64 at all, whatever it is", false)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("", false)]
    public void A_secret_has_a_prefix_and_at_least_24_bytes(string text, bool good) => Assert.Equal(good, WebhookSecret.IsWellFormed(text));

    [Fact]
    public void New_secrets_are_well_formed_and_differ()
    {
        var secret = WebhookSecret.New();

        Assert.True(WebhookSecret.IsWellFormed(secret));
        Assert.NotEqual(secret, WebhookSecret.New());
    }

    [Fact]
    public void Attempts_follow_the_documented_schedule_and_end_after_the_twelve_hours()
    {
        double[] seconds = [5, 30, 120, 600, 1800, 7200, 21_600, 43_200];

        Assert.Equal(seconds, Enumerable.Range(1, 8).Select(attempt => RetrySchedule.WaitAfter(attempt, 0)!.Value.TotalSeconds));
        Assert.Equal(6, RetrySchedule.WaitAfter(1, 1)!.Value.TotalSeconds);
        Assert.Null(RetrySchedule.WaitAfter(9, 0));
    }
}
