using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;

namespace Sylk.Conference.Server.Api;

/// <summary>What an operation answers: an object, nothing, or a refusal. The only way operations answer.</summary>
internal sealed class ApiReply : IResult
{

    private int Status { get; init; }
    private object? Body { get; init; }
    private string? Type { get; init; }
    private Refusal? Refusal { get; init; }
    private IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Entity tag, with its quotes.</summary>
    public string? Tag { get; init; }
    public string? Location { get; init; }

    /// <summary>How long a reply may be kept (RFC 9111 §5.2); usually not at all.</summary>
    private string Keeping { get; init; } = "no-store";

    private string? Next { get; init; }
    private Func<Task>? Writer { get; init; }

    public static ApiReply Ok(object body, string? tag = null) => new() { Status = StatusCodes.Status200OK, Body = body, Tag = tag };

    /// <summary>One resource under the tag of what it looks like; nothing when the caller has just that (RFC 9110 §13.1.2).</summary>
    public static ApiReply Single(HttpContext context, object body)
    {
        var tag = EntityTags.OfBody(body);
        return EntityTags.IsKnown(context, tag) ? NotModified(tag) : Ok(body, tag);
    }

    public static ApiReply Created(string location, object body, string? tag = null) =>
        new() { Status = StatusCodes.Status201Created, Body = body, Location = location, Tag = tag };

    public static ApiReply Accepted(object? body = null) => new() { Status = StatusCodes.Status202Accepted, Body = body };

    public static readonly ApiReply Done = new() { Status = StatusCodes.Status204NoContent };

    public static ApiReply No(Refusal refusal) => new() { Refusal = refusal };

    public static ApiReply No(string code, string detail) => No(new Refusal(code, detail));

    public static ApiReply NotModified(string tag) => new() { Status = StatusCodes.Status304NotModified, Tag = tag };

    /// <summary>The operation writes the response itself: octets and streams.</summary>
    public static ApiReply Written(Func<Task> writer) => new() { Writer = writer };

    /// <param name="address">Where the next page is.</param>
    public ApiReply WithNext(string address) => new() { Status = Status, Body = Body, Tag = Tag, Next = address };

    /// <summary>Something that is no JSON.</summary>
    public static ApiReply Text(string type, string text) => new() { Status = StatusCodes.Status200OK, Body = text, Type = type };

    /// <summary>The same for everybody who asks for it, for a while.</summary>
    public ApiReply KeptFor(TimeSpan time) => new()
    {
        Status = Status,
        Body = Body,
        Type = Type,
        Tag = Tag,
        Keeping = $"public, max-age={(long)time.TotalSeconds}",
    };

    /// <summary>Nothing, or why not.</summary>
    public static ApiReply Of(Refusal? refusal) => refusal is null ? Done : No(refusal);

    public static ApiReply Invalid(Flaws flaws) => new()
    {
        Refusal = new(flaws.Code, flaws.Detail),
        Errors = flaws.ByField,
    };

    public static ApiReply Invalid(string field, string what)
    {
        var flaws = new Flaws();
        flaws.Add(field, what);
        return Invalid(flaws);
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Refusal is not null)
            return Problem.WriteAsync(httpContext, Refusal, errors: Errors);
        if (Writer is not null)
            return Writer();
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = Keeping;
        if (Tag is not null)
            response.Headers.ETag = Tag;
        if (Location is not null)
            response.Headers.Location = Location;
        if (Next is not null)
            response.Headers.Link = $"<{Next}>; rel=\"next\"";
        if (Type is not null)
        {
            response.ContentType = Type;
            return response.WriteAsync((string)Body!);
        }
        return Body is null ? Task.CompletedTask : response.WriteAsJsonAsync(Body, Body.GetType(), Wire.Json);
    }
}

/// <summary>What is wrong with a request, field by field.</summary>
internal sealed class Flaws
{
    private const int Most = 20;

    private readonly Dictionary<string, List<string>> _fields = new(StringComparer.Ordinal);

    public string Code { get; private set; } = ErrorCodes.ValidationFailed;

    public bool Any => _fields.Count > 0;

    public string Detail => string.Join(" ", _fields.Take(3).Select(one => $"{(one.Key.Length == 0 ? "Body" : one.Key)}: {one.Value[0]}"));

    public IReadOnlyDictionary<string, string[]> ByField => _fields.ToDictionary(one => one.Key, one => one.Value.ToArray(), StringComparer.Ordinal);

    public void Add(string field, string what)
    {
        if (_fields.TryGetValue(field, out var words))
            words.Add(what);
        else if (_fields.Count < Most)
            _fields[field] = [what];
    }

    /// <summary>Adds a flaw unless it holds.</summary>
    public void Unless(bool holds, string field, string what)
    {
        if (!holds)
            Add(field, what);
    }

    public static Flaws Unknown(string field)
    {
        var flaws = new Flaws { Code = ErrorCodes.UnknownField };
        flaws.Add(field, "There is no such field.");
        return flaws;
    }
}
