using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Api;

/// <summary>The OpenAPI 3.1 document, made from what is mapped (I5).</summary>
internal static class ApiDocument
{
    private const string Name = "v1";
    public const string KeySecurity = "apiKey";

    public static void AddApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => Wire.Shape(json.SerializerOptions));
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<OperationFacts>().Any();
            options.AddDocumentTransformer(Describe);
            options.AddOperationTransformer(OperationDescriber.Describe);
            options.AddSchemaTransformer(Reshape);
        });
    }

    public static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapOpenApi("/openapi/{documentName}.yaml");
    }

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new()
        {
            Title = "Sylk.Conference",
            Version = StartupOptions.Version,
            Description = "Rooms, people in them, tokens and messages. Times are RFC 3339 in UTC, durations integer milliseconds. "
                + "Unknown fields are refused. Errors are problem+json with the codes of /docs/problems.",
            License = new() { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new() { Url = "/" }];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [KeySecurity] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key: sk_…" },
        };
        document.AddComponent("Problem", ProblemSchema());
        return Task.CompletedTask;
    }

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "type", "title", "status", "detail", "code", "instance", "traceId" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Address of the code's page."),
            ["title"] = Text(null),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = Text(null),
            ["code"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. ErrorRegistry.All.Select(entry => entry.Code).Order(StringComparer.Ordinal).Select(code => (JsonNode)code!)],
            },
            ["instance"] = Text("Path of the request."),
            ["traceId"] = Text(null),
            ["retryAfterMs"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        },
    };

    private static OpenApiSchema Text(string? description) => new() { Type = JsonSchemaType.String, Description = description };

    /// <summary>What our own converters write, which no generator can guess.</summary>
    private static Task Reshape(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset))
        {
            var nullable = context.JsonTypeInfo.Type != type ? JsonSchemaType.Null : 0;
            (schema.Type, schema.Format) = (JsonSchemaType.String | nullable, "date-time");
        }
        return Task.CompletedTask;
    }
}
