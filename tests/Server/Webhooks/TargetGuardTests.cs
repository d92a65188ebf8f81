using System.Net;
using Sylk.Conference.Server.Webhooks;

namespace Sylk.Conference.Server.Tests.Webhooks;

/// <summary>The address matrix of TW-17.</summary>
public class TargetGuardTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public void TW_17_addresses_that_are_not_public_are_refused(string address) => Assert.False(TargetGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("193.0.6.139")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void Public_addresses_pass(string address) => Assert.True(TargetGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://hooks.example.com/sylk?x=1")]
    [InlineData("https://8.8.8.8/")]
    public void TW_17_public_https_addresses_are_taken(string url) => Assert.Null(TargetGuard.Complain(url, allowPrivate: false));

    [Theory]
    [InlineData("http://hooks.example.com/")]
    [InlineData("https://user:secret@hooks.example.com/")]
    [InlineData("https://hooks.example.com/#part")]
    [InlineData("https://localhost/")]
    [InlineData("https://intranet/")]
    [InlineData("https://app.localhost/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("ftp://hooks.example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//hooks.example.com/")]
    [InlineData("")]
    public void TW_17_other_addresses_are_refused_by_their_text(string url) => Assert.NotNull(TargetGuard.Complain(url, allowPrivate: false));

    [Fact]
    public async Task TW_17_a_name_that_leads_to_this_machine_is_refused_at_the_connection()
    {
        var refused = await Assert.ThrowsAsync<HttpRequestException>(
            async () => await TargetGuard.ConnectAsync(new DnsEndPoint("localhost", 9), allowPrivate: false, TestContext.Current.CancellationToken));

        Assert.Contains("private network", refused.Message, StringComparison.Ordinal);
    }
}
