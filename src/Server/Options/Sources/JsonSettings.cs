using System.Text;
using System.Text.Json;

namespace Sylk.Conference.Server.Options;

/// <summary>Settings of one JSON file, each with its line. Comments and commas at the end are allowed; names twice are not.</summary>
internal ref struct JsonSettings
{
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };

    private readonly string _file;
    private readonly ReadOnlySpan<byte> _text;
    private readonly SettingLayer _layer;
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private Utf8JsonReader _reader;
    private int _line = 1;
    private int _counted;

    private JsonSettings(string file, ReadOnlySpan<byte> text, SettingLayer layer)
    {
        _file = file;
        _text = text;
        _layer = layer;
        _reader = new Utf8JsonReader(text, Lenient);
    }

    public static void Read(string file, SettingLayer layer)
    {
        try
        {
            var text = File.ReadAllBytes(file).AsSpan();
            if (text.StartsWith(Encoding.UTF8.Preamble))
                text = text[Encoding.UTF8.Preamble.Length..];
            new JsonSettings(file, text, layer).Read();
        }
        catch (JsonException problem)
        {
            layer.Unreadable("", $"this is not JSON: {problem.Message.Split(" LineNumber:")[0]}", new Origin(file, (int)(problem.LineNumber ?? 0) + 1));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            layer.Unreadable("", $"cannot be read: {problem.Message}", new Origin(file));
        }
    }

    private void Read()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.StartObject)
            ReadObject("");
        else
            _layer.Unreadable("", $"the file is one object with the member {SylkOptions.Root}.", Here());
        while (_reader.Read())
        {
            // What stands behind the object is an error, which the reader finds.
        }
    }

    private void ReadObject(string path)
    {
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var key = Join(path, _reader.GetString()!);
            if (!_seen.Add(key))
                _layer.Wrong(Inside(key) ?? key, "is here twice.", Here());
            _reader.Read();
            ReadValue(key);
        }
    }

    private void ReadValue(string key)
    {
        if (Inside(key) is null && !key.Equals(SylkOptions.Root, StringComparison.OrdinalIgnoreCase))
        {
            _layer.Wrong(key, $"stands outside of {SylkOptions.Root}; only what is inside is read.", Here());
            _reader.Skip();
            return;
        }
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadObject(key);
                break;
            case JsonTokenType.StartArray:
                ReadArray(key);
                break;
            case JsonTokenType.Null:
                break;
            default:
                Add(key, _reader.TokenType == JsonTokenType.String ? _reader.GetString()! : Encoding.UTF8.GetString(_reader.ValueSpan));
                break;
        }
    }

    private void ReadArray(string key)
    {
        var index = 0;
        Add(key, ""); // an empty list is a value too
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            ReadValue($"{key}:{index++}");
    }

    private void Add(string key, string value)
    {
        if (Inside(key) is { } inside)
            _layer.Settings.Add(new Setting(inside, value, Here()));
        else
            _layer.Wrong("", $"{SylkOptions.Root} is an object.", Here());
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    /// <returns>The key without the root; null when it is not below the root.</returns>
    private static string? Inside(string key) =>
        key.StartsWith(SylkOptions.Root + ":", StringComparison.OrdinalIgnoreCase) ? key[(SylkOptions.Root.Length + 1)..] : null;

    private Origin Here()
    {
        var at = (int)_reader.TokenStartIndex;
        _line += _text[_counted..at].Count((byte)'\n');
        _counted = at;
        return new Origin(_file, _line);
    }
}
