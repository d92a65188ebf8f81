using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Api;

/// <param name="Next">Cursor of the next page; null on the last.</param>
internal sealed record Page<T>(ImmutableArray<T> Items, string? Next);

/// <summary>Where a list begins and how much of it is wanted.</summary>
internal readonly record struct PageRequest(string? Cursor, int Limit)
{
    public const int Default = 50;
    public const int Most = 200;
    private const int LongestCursor = 512;

    public static bool TryRead(HttpContext context, out PageRequest page, out ApiReply? refused)
    {
        page = new(null, Default);
        refused = null;
        var (limit, cursor) = (context.Request.Query["limit"].ToString(), context.Request.Query["cursor"].ToString());
        if (limit.Length > 0 && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Most))
            refused = ApiReply.Invalid("limit", $"must be 1 to {Most}.");
        else if (!TryOpen(cursor, out var opened))
            refused = ApiReply.Invalid("cursor", "is none of ours.");
        else
            page = new(opened, limit.Length == 0 ? Default : int.Parse(limit, CultureInfo.InvariantCulture));
        return refused is null;
    }

    public static ApiReply Reply<TStored, T>(HttpContext context, StoredPage<TStored> page, Func<TStored, T> show)
    {
        var next = page.Next is { } cursor ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(cursor)) : null;
        var body = new Page<T>([.. page.Items.Select(show)], next);
        return next is null ? ApiReply.Ok(body) : ApiReply.Ok(body).WithNext(Address(context, next));
    }

    /// <summary>A list that is at hand as a whole, cut by the keys of its items.</summary>
    public StoredPage<T> Cut<T>(IEnumerable<T> ordered, Func<T, string> key)
    {
        var cursor = Cursor;
        var rest = cursor is null ? ordered : ordered.SkipWhile(item => key(item) != cursor).Skip(1);
        var taken = rest.Take(Limit + 1).ToArray();
        return new([.. taken.Take(Limit)], taken.Length > Limit ? key(taken[Limit - 1]) : null);
    }

    private static string Address(HttpContext context, string cursor)
    {
        var query = new QueryBuilder(context.Request.Query.Where(pair => pair.Key != "cursor")) { { "cursor", cursor } };
        return $"{context.Request.PathBase}{context.Request.Path}{query.ToQueryString()}";
    }

    private static bool TryOpen(string text, out string? cursor)
    {
        cursor = null;
        if (text.Length == 0)
            return true;
        if (text.Length > LongestCursor || !Base64Url.IsValid(text))
            return false;
        cursor = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        return !cursor.Contains('\uFFFD', StringComparison.Ordinal);
    }
}
