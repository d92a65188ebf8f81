namespace Sylk.Conference.SipBridge.Tests;

/// <summary>
/// R-27: ways to spell what may not be called where +3120 and partner.example may (attack TS-11). <c>trunk.example</c> stands for the
/// operator.
/// </summary>
internal static class TollCorpus
{
    public const string AllowedPrefix = "+3120";
    public const string AllowedDomain = "partner.example";
    public const string Trunk = "trunk.example";

    private static readonly string[] Numbers =
    [
        "+19005551234", "0019005551234", "19005551234", "01119005551234", "+1-900-555-1234", "+1(900)555.1234", "+001900555123", "++19005551234",
        "00+19005551234", "+\uFF11\uFF19\uFF10\uFF105551234", "\u0660\u0660\u0661\u0669\u0660\u06605551234", "+1\u200B9005551234", "0900123456", "3120123456",
        "+3119005551234", "+31\u20102\u20101234567", "%2B19005551234", "+1%39005551234", "%30%30%31900555123", "%252B3120123456",
    ];

    private static readonly string[] Wrappings =
    [
        "{0}", "tel:{0}", "TEL:{0}", "tel:{0};ext=3120", "tel:{0};phone-context=+3120", "sip:{0}@trunk.example", "sip:{0}@trunk.example;user=phone",
        "sip:{0}@partner.example", "SIP:{0}@Partner.Example.;user=phone", "sip:{0};ext=+3120@trunk.example;user=phone", "{0}@trunk.example",
        "sip:{0}@evil.example", "sip:{0}:pw@trunk.example", "sips:{0}@partner.example", "sip:{0};phone-context=+3120@partner.example",
    ];

    private static readonly string[] Others =
    [
        "", " ", "sip:", "sip:@", "tel:", "tel:+", "bob", "http://partner.example/", "mailto:bob@partner.example", "xmpp:bob@partner.example",
        "sip:bob@evil.example", "sip:+3120123456@evil.example", "sip:bob@partner.example.evil.example", "sip:bob@evilpartner.example",
        "sip:bob@partner.example@evil.example", "sip:partner.example@evil.example", "sip:bob@partner.example?Route=%3Csip:evil.example%3E",
        "sip:bob@partner.example?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc", "sip:bob@partner.example;maddr=evil.example", "sip:bob@partner.example;method=BYE",
        "sip:bob@127.0.0.1", "sip:bob@2130706433", "sip:bob@[::1]", "sip:bob@[::ffff:127.0.0.1]", "sip:bob@0x7f000001", "sip:bob@localhost",
        "sip:1900CALLNOW@trunk.example", "sip:bob@trunk.example", "sip:+3120;postd=1900@evil.example", "sip:bob%40partner.example@evil.example",
        "sip:bob@partner.example%00.evil.example", "sip:bob@partner.example\r\nRoute: <sip:evil.example>", "sip:bob%0d%0aRoute:x@partner.example", "\uD800",
        "sip:+3120123456@trunk.example?Route=%3Csip:evil.example%3E", "tel:+3120123456p1900", "tel:*900#", "+3120abc", "+31201234567890123456789",
    ];

    public static IEnumerable<string> All => Wrappings.SelectMany(wrapping => Numbers.Select(number => wrapping.Replace("{0}", number, StringComparison.Ordinal)))
        .Concat(Others).Distinct(StringComparer.Ordinal);
}
