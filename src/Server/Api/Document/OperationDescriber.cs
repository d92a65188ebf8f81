using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Sylk.Conference.Server.Api;

/// <summary>Tells the document what the code of an operation does not: parameters, headers, refusals, examples.</summary>
internal static class OperationDescriber
{
    private static readonly Dictionary<string, (string What, string Example)> PathParameters = new(StringComparer.Ordinal)
    {
        ["room"] = ("Name of the room, or its `rm_` id.", "standup"),
        ["call"] = ("`cl_` id.", "cl_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["participant"] = ("`pt_` id.", "pt_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["invite"] = ("`inv_` id.", "inv_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["message"] = ("`msg_` id.", "msg_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["file"] = ("`fl_` id.", "fl_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["webhook"] = ("`wh_` id.", "wh_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["delivery"] = ("`dl_` id.", "dl_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["trunk"] = ("`st_` id.", "st_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["route"] = ("`sr_` id.", "sr_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["account"] = ("`sa_` id.", "sa_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["key"] = ("`key_` id.", "key_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
        ["node"] = ("`nd_` id.", "nd_01JD2M8Q4T6Y8Z0B2C4D6F8G0H"),
    };

    public static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var facts = context.Description.ActionDescriptor.EndpointMetadata.OfType<OperationFacts>().Single();
        (operation.OperationId, operation.Summary) = (facts.Id, facts.Summary);
        operation.Parameters = [.. Path(context.Description.RelativePath!), .. facts.Query.Select(Query), .. Headers(facts, context.Description.HttpMethod!)];
        if (facts.Scope is { } scope)
        {
            operation.Description = $"Scope: `{scope}`.";
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(ApiDocument.KeySecurity, context.Document)] = [] }];
        }
        if (facts.Example is { } example && operation.RequestBody?.Content is { } bodies)
        {
            bodies.Remove(Described.AnyType);
            foreach (var body in bodies.Values)
                body.Example = example.DeepClone();
        }
        Refusals(operation, context.Document!);
        AddSample(operation, facts, context.Description);
        return Task.CompletedTask;
    }

    private static IEnumerable<IOpenApiParameter> Path(string path)
    {
        foreach (var part in path.Split('/').Where(part => part.StartsWith('{')))
        {
            var name = part.Trim('{', '}');
            var (what, example) = PathParameters.GetValueOrDefault(name, ("", name));
            yield return Parameter(name, ParameterLocation.Path, what, Text(), example);
        }
    }

    private static OpenApiParameter Query(QueryFacts facts)
    {
        var schema = facts.Name == "limit"
            ? new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200" }
            : Text();
        if (facts.Allowed is { } words)
            schema.Enum = [.. words.Select(word => (JsonNode)word!)];
        return Parameter(facts.Name, ParameterLocation.Query, facts.What, schema, null);
    }

    private static IEnumerable<OpenApiParameter> Headers(OperationFacts facts, string verb)
    {
        if (verb == HttpMethods.Post)
            yield return Parameter(IdempotencyStep.Header, ParameterLocation.Header, "The same key and body are answered once; kept 24 h.", Text(255), null);
        if (facts.HasTag && verb is "PATCH" or "PUT" or "DELETE")
            yield return Parameter("If-Match", ParameterLocation.Header, "Only if the entity tag is still this one.", Text(), null);
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation where, string what, OpenApiSchema schema, string? example) => new()
    {
        Name = name,
        In = where,
        Required = where == ParameterLocation.Path,
        Description = what,
        Schema = schema,
        Example = example,
    };

    private static OpenApiSchema Text(int? most = null) => new() { Type = JsonSchemaType.String, MaxLength = most };

    private static void Refusals(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Refused: a problem with one of the codes of /docs/problems.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem", document) },
            },
        };
    }

    /// <summary>The operation as a line to type.</summary>
    private static void AddSample(OpenApiOperation operation, OperationFacts facts, Microsoft.AspNetCore.Mvc.ApiExplorer.ApiDescription description)
    {
        var path = description.RelativePath!;
        foreach (var (name, parameter) in PathParameters)
            path = path.Replace($"{{{name}}}", parameter.Example, StringComparison.Ordinal);
        var key = facts.Scope is null ? "" : " -H \"Authorization: Bearer $SYLK_KEY\"";
        var body = facts.Example is null ? "" : $" -H 'Content-Type: {facts.BodyType}' -d '{facts.Example.ToJsonString()}'";
        var line = $"curl -X {description.HttpMethod}{key}{body} \"$SYLK_URL/{path}\"";
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions["x-codeSamples"] = new JsonNodeExtension(new JsonArray(new JsonObject { ["lang"] = "Shell", ["label"] = "curl", ["source"] = line }));
    }
}
