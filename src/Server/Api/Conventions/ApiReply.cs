using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;

namespace Sylk.Conference.Server.Api;

/// <summary>What an operation answers: an object, nothing, or a refusal. The only way operations answer.</summary>
internal sealed class ApiReply : IResult
{

    private int Status { get; init; }
    private object? Body { get; init; }
    private Refusal? Refusal { get; init; }
    private IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Entity tag, with its quotes.</summary>
    public string? Tag { get; init; }
    public string? Location { get; init; }

    private string? Next { get; init; }

    public static ApiReply Ok(object body, string? tag = null) => new() { Status = StatusCodes.Status200OK, Body = body, Tag = tag };

    public static ApiReply Created(string location, object body, string? tag = null) =>
        new() { Status = StatusCodes.Status201Created, Body = body, Location = location, Tag = tag };

    public static ApiReply Accepted(object? body = null) => new() { Status = StatusCodes.Status202Accepted, Body = body };

    public static readonly ApiReply Done = new() { Status = StatusCodes.Status204NoContent };

    public static ApiReply No(Refusal refusal) => new() { Refusal = refusal };

    public static ApiReply No(string code, string detail) => No(new Refusal(code, detail));

    public static readonly ApiReply NotModified = new() { Status = StatusCodes.Status304NotModified };

    /// <param name="address">Where the next page is.</param>
    public ApiReply WithNext(string address) => new() { Status = Status, Body = Body, Tag = Tag, Next = address };

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
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (Tag is not null)
            response.Headers.ETag = Tag;
        if (Location is not null)
            response.Headers.Location = Location;
        if (Next is not null)
            response.Headers.Link = $"<{Next}>; rel=\"next\"";
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
