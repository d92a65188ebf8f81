using System.Text;
using Microsoft.AspNetCore.Http;
using Sylk.Conference.Server.Api;

namespace Sylk.Conference.Server.Tests;

public sealed class BodyTests
{
    private const string Sample = """{ "graceMs": 3600000, "\ud83d\ude00": "\ud83d\ude00", "ä": 1 }""";

    [Fact(DisplayName = "A body with any one byte changed is read or refused, and nothing else happens")]
    public async Task AnyByte()
    {
        var sample = Encoding.UTF8.GetBytes(Sample);
        for (var at = 0; at < sample.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])sample.Clone();
                changed[at] = (byte)value;
                await ReadAsync(changed);
            }
        }
    }

    [Fact(DisplayName = "A body that ends anywhere is read or refused, and nothing else happens")]
    public async Task AnyLength()
    {
        var sample = Encoding.UTF8.GetBytes(Sample);
        for (var length = 0; length <= sample.Length; length++)
            await ReadAsync(sample[..length]);
    }

    private static async Task ReadAsync(byte[] body)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = ApiBody.Json;
        context.Request.ContentLength = body.Length;
        context.Request.Body = new MemoryStream(body);
        var (value, refused) = await ApiBody.ReadAsync<RotateInput>(context, optional: true);
        Assert.NotEqual(value is null, refused is null);
    }
}
