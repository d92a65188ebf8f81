namespace Sylk.Conference.Rooms.Tests;

public sealed class ConferenceNumberTests
{
    [Fact(DisplayName = "What is drawn is a number; one digit wrong, or two neighbours changed, is none")]
    public void Checked()
    {
        for (var i = 0; i < 200; i++)
        {
            var number = ConferenceNumber.Draw();
            Assert.True(ConferenceNumber.IsOne(number), number);
            for (var at = 0; at < number.Length; at++)
            {
                var other = (char)('0' + ((number[at] - '0' + 1 + (i % 9)) % 10));
                if (other != number[at])
                    Assert.False(ConferenceNumber.IsOne(number[..at] + other + number[(at + 1)..]), number);
            }
        }
    }

    [Theory(DisplayName = "A number as printed in the standard of cards is checked the same way")]
    [InlineData("79927398713", false)] // too long
    [InlineData("49927398", false)]
    [InlineData("12345674", true)]
    [InlineData("02345675", false)]
    [InlineData("1234567", false)]
    [InlineData("1234567a", false)]
    [InlineData("", false)]
    public void Known(string text, bool isOne) => Assert.Equal(isOne, ConferenceNumber.IsOne(text));
}
