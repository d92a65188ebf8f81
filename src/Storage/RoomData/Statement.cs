namespace Sylk.Conference.Storage;

/// <summary>One order to the database: numbered places in the text, their values in order.</summary>
/// <param name="MustTouch">True when touching no row means that somebody else wrote here.</param>
internal readonly record struct Statement(string Sql, object?[] Values, bool MustTouch = false)
{
    public static Statement Of(string sql, params object?[] values) => new(sql, values);
}
