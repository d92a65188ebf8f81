using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sylk.Conference.Server.Tests;

/// <summary>
/// Requests made from the document: fitting, nearly fitting and not at all. SYLK_API_FUZZ_SECONDS makes it longer,
/// SYLK_API_FUZZ_SEED repeats a run.
/// </summary>
public sealed class ApiFuzzTests
{
    private static readonly string[] Oddities =
        ["", "\0", "..", "../../etc/passwd", "' OR 1=1 --", "<script>", "\uD83D\uDE00", "\u202E", "%00", "null", "-1", "1e999", "{room}", "rm_", "pt_", "*"];

    [Fact(DisplayName = "I5 Whatever is sent to an operation: no 500, no hang")]
    public async Task No_request_breaks_the_server()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("SYLK_API_FUZZ_SECONDS") ?? "15", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("SYLK_API_FUZZ_SEED") ?? "20261126", CultureInfo.InvariantCulture);
        await using var world = await ApiWorld.StartAsync();
        var operations = world.Operations.ToArray();
        var random = new Random(seed);
        var until = TimeProvider.System.GetTimestamp() + (seconds * TimeProvider.System.TimestampFrequency);
        var (sent, statuses) = (0, new SortedDictionary<int, int>());
        while (TimeProvider.System.GetTimestamp() < until)
        {
            var (verb, path, facts) = operations[random.Next(operations.Length)];
            using var request = await RequestAsync(world, random, verb, path, facts);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            using var reply = await world.Api.Http.SendAsync(request, patience.Token);
            var status = (int)reply.StatusCode;
            Assert.True(status < 500, $"seed {seed}, request {sent}: {verb} {request.RequestUri} {status} {await reply.Content.ReadAsStringAsync()}");
            if (status >= 400)
                Assert.Equal("application/problem+json", reply.Content.Headers.ContentType?.MediaType);
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            sent++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{sent} requests, seed {seed}: {string.Join(", ", statuses.Select(one => $"{one.Key}×{one.Value}"))}");
        Assert.True(sent > 50);
        Assert.Contains(statuses.Keys, status => status < 300);
    }

    private static async Task<HttpRequestMessage> RequestAsync(ApiWorld world, Random random, HttpMethod verb, string path, JsonElement facts)
    {
        var filled = random.Next(4) == 0 ? await world.FillAsync(path) : Guess(random, path);
        var request = new HttpRequestMessage(verb, $"{filled}{(filled.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Query(random, facts)}");
        if (random.Next(5) == 0)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", random.Next(3) == 0 ? new string('k', 300) : $"fuzz-{random.Next(40)}");
        if (random.Next(8) == 0)
            request.Headers.TryAddWithoutValidation("If-Match", random.Next(2) == 0 ? "*" : "\"7\"");
        if (!facts.TryGetProperty("requestBody", out var body))
            return request;
        var content = body.GetProperty("content").EnumerateObject().Single();
        var text = Body(world.Document, random, content.Value);
        var type = random.Next(20) == 0 ? "text/plain" : content.Name;
        request.Content = new ByteArrayContent(text);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return request;
    }

    private static string Guess(Random random, string path) => string.Join('/', path.Split('/').Select(part =>
        !part.StartsWith('{') ? part
        : random.Next(2) == 0 ? "standup"
        : Uri.EscapeDataString(Oddities[random.Next(1, Oddities.Length)])));

    private static string Query(Random random, JsonElement facts)
    {
        if (!facts.TryGetProperty("parameters", out var parameters))
            return "";
        var chosen = parameters.EnumerateArray().Where(one => one.GetProperty("in").GetString() == "query" && random.Next(3) == 0)
            .Select(one => $"{one.GetProperty("name").GetString()}={Uri.EscapeDataString(random.Next(2) == 0 ? "20" : Oddities[random.Next(Oddities.Length)])}");
        return string.Join('&', chosen);
    }

    private static byte[] Body(JsonElement document, Random random, JsonElement content)
    {
        var node = random.Next(3) == 0 ? JsonNode.Parse(content.GetProperty("example").GetRawText()) : Made(document, random, content.GetProperty("schema"), 0);
        var bytes = Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null");
        switch (random.Next(8))
        {
            case 0:
                return bytes[..random.Next(bytes.Length + 1)];
            case 1 when bytes.Length > 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            default:
                return bytes;
        }
    }

    /// <summary>A value of the schema, or now and then of none.</summary>
    private static JsonNode? Made(JsonElement document, Random random, JsonElement schema, int depth)
    {
        if (depth > 6 || random.Next(12) == 0)
            return Anything(random);
        if (schema.TryGetProperty("$ref", out var reference))
            return Made(document, random, Follow(document, reference.GetString()!), depth + 1);
        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            if (schema.TryGetProperty(choice, out var options))
                return Made(document, random, options[random.Next(options.GetArrayLength())], depth + 1);
        }
        if (schema.TryGetProperty("enum", out var words))
            return JsonNode.Parse(words[random.Next(words.GetArrayLength())].GetRawText());
        return Kind(schema, random) switch
        {
            "object" => Members(document, random, schema, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Made(document, random, schema.GetProperty("items"), depth + 1))]),
            "integer" or "number" => Number(random),
            "boolean" => random.Next(2) == 0,
            "null" => null,
            _ => random.Next(3) == 0 ? Oddities[random.Next(Oddities.Length)] : $"text {random.Next(100)}",
        };
    }

    private static JsonObject Members(JsonElement document, Random random, JsonElement schema, int depth)
    {
        var made = new JsonObject();
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject().Where(_ => random.Next(3) > 0))
                made[property.Name] = Made(document, random, property.Value, depth + 1);
        }
        if (random.Next(10) == 0)
            made[Oddities[random.Next(Oddities.Length)]] = Anything(random);
        return made;
    }

    private static string Kind(JsonElement schema, Random random)
    {
        if (!schema.TryGetProperty("type", out var type))
            return "string";
        return type.ValueKind == JsonValueKind.Array ? type[random.Next(type.GetArrayLength())].GetString()! : type.GetString()!;
    }

    private static JsonNode Number(Random random) => random.Next(5) switch
    {
        0 => random.Next(-5, 5),
        1 => long.MaxValue,
        2 => 1.5,
        3 => int.MinValue,
        _ => random.Next(100_000),
    };

    private static JsonNode? Anything(Random random) => random.Next(6) switch
    {
        0 => null,
        1 => true,
        2 => 7,
        3 => new JsonArray(new JsonArray(new JsonArray())),
        4 => new JsonObject { ["a"] = new JsonObject { ["b"] = null } },
        _ => new string('a', random.Next(2000)),
    };

    private static JsonElement Follow(JsonElement document, string reference) =>
        reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(document, (at, part) => at.GetProperty(part));
}
