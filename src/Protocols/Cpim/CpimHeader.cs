namespace Sylk.Conference.Protocols.Cpim;

/// <summary>
/// One header of a CPIM message with its namespace found (RFC 3862 section 3.4). <paramref name="Value"/> is as it was written, escapes
/// included: structured values have quotes inside which an escape must stay one until they are read.
/// </summary>
/// <param name="Space">The URI its prefix stands for; empty when nothing says.</param>
/// <param name="Name">Case counts. With the prefix when nothing says what that is.</param>
/// <param name="Parameters">As written, with the semicolons; seldom anything but a language.</param>
public readonly record struct CpimHeader(string Space, string Name, string Value, string Parameters = "")
{
    /// <summary>The namespace of what RFC 3862 itself defines.</summary>
    public const string Core = "urn:ietf:params:cpim-headers:";

    /// <summary>Of RFC 5438.</summary>
    public const string Imdn = "urn:ietf:params:imdn";

    /// <summary>Which marks status lines for Blink and its family.</summary>
    public const string AgProjects = "urn:ag-projects:xml:ns:cpim";

    /// <summary>Ours: where a line came through on its way.</summary>
    public const string Sylk = "urn:sylk:conference";

    public const string From = "From";
    public const string To = "To";
    public const string DateTime = "DateTime";
    public const string Subject = "Subject";
    public const string Require = "Require";
    public const string Namespace = "NS";

    /// <summary>The value for people: escapes taken away.</summary>
    public string Text => CpimText.Unescape(Value);

    /// <summary>Of the value (BCP 47); null when nobody said.</summary>
    public string? Language
    {
        get
        {
            foreach (var range in Parameters.AsSpan().Split(';'))
            {
                var parameter = Parameters.AsSpan()[range].Trim(' ');
                if (parameter.StartsWith("lang=", StringComparison.Ordinal))
                {
                    return parameter[5..].ToString();
                }
            }

            return null;
        }
    }

    public bool Is(string space, string name) => Name == name && Space == space;
}
