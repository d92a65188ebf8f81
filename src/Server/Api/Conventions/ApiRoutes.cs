using System.Text.Json.Nodes;

namespace Sylk.Conference.Server.Api;

internal delegate Task<ApiReply> Operation(HttpContext context);

/// <summary>One resource of the API: one file, one class, all its operations.</summary>
internal interface IApiResource
{
    void Map(ApiRoutes routes);
}

/// <param name="Id">As generated clients call it.</param>
/// <param name="Tag">Groups operations on the reference page.</param>
internal sealed record OperationFacts(string Id, string Tag, string Summary)
{
    public string? Scope { get; set; }
    public bool Optional { get; set; }
    public string? BodyType { get; set; }

    /// <summary>A body that can be sent as it is.</summary>
    public JsonNode? Example { get; set; }
    public List<QueryFacts> Query { get; } = [];
    public int Success { get; set; } = StatusCodes.Status200OK;
    public bool HasTag { get; set; }
}

/// <param name="Allowed">The words it takes; null for any text.</param>
internal sealed record QueryFacts(string Name, string What, string[]? Allowed = null, string? Example = null);

/// <summary>Maps operations under <c>/api/v1</c> and notes what the document says about them.</summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder routes)
{
    public const string Base = "/api/v1";

    /// <summary>Group of the operations mapped next.</summary>
    public string Tag { get; set; } = "";

    public Described Get(string path, Operation operation, string id, string summary) => Map(HttpMethods.Get, path, operation, id, summary);

    public Described Post(string path, Operation operation, string id, string summary) => Map(HttpMethods.Post, path, operation, id, summary);

    public Described Put(string path, Operation operation, string id, string summary) => Map(HttpMethods.Put, path, operation, id, summary);

    public Described Patch(string path, Operation operation, string id, string summary) => Map(HttpMethods.Patch, path, operation, id, summary);

    public Described Delete(string path, Operation operation, string id, string summary) =>
        Map(HttpMethods.Delete, path, operation, id, summary).Nothing();

    private Described Map(string verb, string path, Operation operation, string id, string summary)
    {
        var facts = new OperationFacts(id, Tag, summary);
        var endpoint = routes.MapMethods(Base + path, [verb], operation).WithMetadata(facts).WithName(id).WithTags(Tag);
        return new(endpoint, facts);
    }
}

/// <summary>An operation being described.</summary>
internal sealed class Described(RouteHandlerBuilder endpoint, OperationFacts facts)
{
    public Described Needs(string scope)
    {
        facts.Scope = scope;
        endpoint.RequireAuthorization(scope);
        return this;
    }

    public Described Takes<T>(string example, bool optional = false)
        where T : notnull => Takes<T>(ApiBody.Json, example, optional);

    public Described TakesPatch<T>(string example)
        where T : notnull => Takes<T>(ApiBody.MergePatchType, example, optional: false);

    public Described Gives<T>(int status = StatusCodes.Status200OK)
    {
        facts.Success = status;
        endpoint.Produces<T>(status);
        return this;
    }

    public Described GivesText(string type)
    {
        endpoint.Produces<string>(StatusCodes.Status200OK, type);
        return this;
    }

    public Described Nothing(int status = StatusCodes.Status204NoContent)
    {
        facts.Success = status;
        endpoint.Produces(status);
        return this;
    }

    /// <summary>The reply carries an entity tag, and <c>If-Match</c> is honoured where it changes something.</summary>
    public Described Tagged()
    {
        facts.HasTag = true;
        return this;
    }

    public Described Query(string name, string what, string[]? allowed = null, string? example = null)
    {
        facts.Query.Add(new(name, what, allowed, example));
        return this;
    }

    public Described Paged() => Query("limit", $"1 to {PageRequest.Most}; {PageRequest.Default} when left out.", example: "20")
        .Query("cursor", "From `next` of the page before.");

    private Described Takes<T>(string type, string example, bool optional)
        where T : notnull
    {
        (facts.BodyType, facts.Optional, facts.Example) = (type, optional, JsonNode.Parse(example));
        endpoint.Accepts<T>(optional, type);
        return this;
    }
}

/// <summary>The way every API request goes: who is it, how often, has it been done already, may they, do it.</summary>
internal static class ApiPipeline
{
    public static void UseApi(this WebApplication app)
    {
        var (limits, once) = (app.Services.GetRequiredService<RateLimits>(), app.Services.GetRequiredService<IdempotencyStep>());
        var host = app.Services.GetRequiredService<Auth.PublicHost>();
        app.Use((context, next) =>
        {
            host.Notice(context.Request.Host);
            return next(context);
        });
        app.UseAuthentication();
        app.Use((context, next) => IsApi(context) ? limits.RunAsync(context, next) : next(context));
        app.UseAuthorization();
        app.Use((context, next) => IsApi(context) ? once.RunAsync(context, next) : next(context));
    }

    public static void MapApi(this WebApplication app)
    {
        var routes = new ApiRoutes(app);
        foreach (var resource in app.Services.GetServices<IApiResource>())
            resource.Map(routes);
        app.Map($"{ApiRoutes.Base}/{{**path}}", NothingHere).ExcludeFromDescription();
    }

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments(ApiRoutes.Base);

    private static Task NothingHere(HttpContext context) =>
        Errors.Problem.WriteAsync(context, Rooms.ErrorCodes.RoomNotFound, "The API has no such operation.");
}
