using System.Text;

namespace Sylk.Conference.Server;

/// <summary>Reads a small text body once, never more than allowed.</summary>
internal static class RequestText
{
    public static async ValueTask<(byte[] Bytes, bool TooLong)> ReadBytesAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
            return ([], true);
        using var whole = new MemoryStream((int)(request.ContentLength ?? 1024));
        var buffer = new byte[8192];
        while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var count)
        {
            if (whole.Length + count > most)
                return ([], true);
            whole.Write(buffer, 0, count);
        }
        return (whole.ToArray(), false);
    }

    /// <returns>Null text with <c>TooLong</c> when the body exceeds <paramref name="most"/> bytes.</returns>
    public static async ValueTask<(string? Text, bool TooLong)> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
            return (null, true);
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > most)
            {
                reader.AdvanceTo(read.Buffer.End);
                return (null, true);
            }
            if (read.IsCompleted)
            {
                var text = Encoding.UTF8.GetString(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                return (text, false);
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
