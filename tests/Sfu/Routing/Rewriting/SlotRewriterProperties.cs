using CsCheck;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Tests.Routing.Rewriting;

public class SlotRewriterProperties
{
    // What a fuzzer does to the stream at each step.
    private enum Move { Next, Lose, Reorder, Duplicate, Drop, Switch, Pause, Jump }

    private static readonly Gen<Move> Moves = Gen.Frequency(
        (20, Gen.Const(Move.Next)), (3, Gen.Const(Move.Lose)), (4, Gen.Const(Move.Reorder)), (2, Gen.Const(Move.Duplicate)),
        (4, Gen.Const(Move.Drop)), (1, Gen.Const(Move.Switch)), (1, Gen.Const(Move.Pause)), (1, Gen.Const(Move.Jump)));

    [Fact(DisplayName = "E.4 whatever arrives, no number is given to two packets, order is kept per source and time never runs back at frame starts")]
    public void LineHolds() => Gen.Select(Moves.Array[1, 400], Gen.Int[0, 65_535], Gen.Bool, Gen.Bool)
        .Sample((moves, start, isAudio, withPictures) => new Run(start, isAudio, withPictures).Play(moves), iter: 1_000);

    private sealed class Run(int start, bool isAudio, bool withPictures)
    {
        private readonly SlotRewriter _slot = new(start & 0x7FFF, 4_000_000_000, 90_000, isAudio);
        private readonly Dictionary<long, (long Source, long Seq)> _given = [];
        private readonly List<SourcePacketFacts> _held = [];
        private readonly List<SourcePacketFacts> _sent = [];
        private long _source;
        private long _next = start;
        private uint _timestamp = 4_294_900_000;
        private Instant _now = new(0);
        private (uint Timestamp, bool Any) _lastStart;
        private readonly SortedDictionary<long, long> _ofSource = [];

        public void Play(Move[] moves)
        {
            Begin();
            foreach (var move in moves) Step(move);
            foreach (var held in _held) Offer(held);
        }

        private void Begin()
        {
            _source++;
            _ofSource.Clear();
            _held.Clear();
            var first = Facts();
            Assert.Equal(SwitchOutcome.Started, _slot.BeginSource(_now, first, SwitchKind.Track));
            Offer(first);
        }

        private SourcePacketFacts Facts()
        {
            _now = _now.PlusMilliseconds(5);
            var place = _next++ % 3;
            if (place == 0) _timestamp += 3_000;
            var picture = withPictures ? (_next - 1) / 3 : SourcePacketFacts.UnknownPicture;
            return new SourcePacketFacts(_source, _next - 1, _timestamp, place == 2, place == 0, picture);
        }

        private void Step(Move move)
        {
            switch (move)
            {
                case Move.Next: Offer(Facts()); break;
                case Move.Lose: Facts(); break;
                case Move.Reorder: _held.Add(Facts()); break;
                case Move.Duplicate: if (_sent.Count > 0) Offer(_sent[^1]); break;
                case Move.Drop: _slot.DropDeliberately(Facts()); break;
                case Move.Switch: _next += 777; _timestamp += 123_456; Begin(); break;
                case Move.Pause: _slot.EndSource(); Begin(); break;
                case Move.Jump: _next += 10_000; break;
            }

            if (_held.Count <= 4) return;
            Offer(_held[0]);
            _held.RemoveAt(0);
        }

        private void Offer(in SourcePacketFacts facts)
        {
            if (!_slot.TryMap(_now, facts, out var mapped)) return;
            _sent.Add(facts);
            var packet = (facts.Source, facts.ExtendedSequence);
            Assert.True(_given.TryAdd(mapped.ExtendedSequence, packet), $"{mapped.ExtendedSequence} given twice");
            _ofSource.Add(facts.ExtendedSequence, mapped.ExtendedSequence);
            Assert.Equal(_ofSource.Values.Order(), _ofSource.Values);
            if (!facts.StartsFrame || mapped.IsLate) return;
            Assert.True(!_lastStart.Any || (int)(mapped.Timestamp - _lastStart.Timestamp) > 0, "time ran back");
            _lastStart = (mapped.Timestamp, true);
        }
    }
}
