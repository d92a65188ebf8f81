using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Registrar;

/// <summary>Our registration at an operator, who is the other core with a challenger and a registrar.</summary>
public class SipRegistrationTests
{
    [Fact(DisplayName = "6.3 challenged, registered, refreshed at 80 to 90 %, and taken away at the end; the registrar keeps no state for challenges")]
    public void Registered()
    {
        var operatorSide = new Operator();
        var registration = operatorSide.Registration();
        registration.Start(operatorSide.Net.Now);
        operatorSide.Run(registration, 1_000);
        Assert.Equal((SipRegistrationState.Registered, 1), (registration.State, operatorSide.Bindings.Count));
        Assert.Equal(["A REGISTER", "B 401 REGISTER", "A REGISTER", "B 200 REGISTER"], operatorSide.Net.Trace);
        Assert.Equal(["<sip:edge.example;lr>"], registration.ServiceRoute);
        var due = (registration.Deadline - operatorSide.Net.Now).TotalSeconds;
        Assert.InRange(due, 470, 541);
        operatorSide.Run(registration, 1_800_000);
        Assert.InRange(operatorSide.Accepted, 4, 5);
        Assert.Single(operatorSide.Bindings);
        registration.Stop(operatorSide.Net.Now);
        operatorSide.Run(registration, 1_000);
        Assert.Equal((SipRegistrationState.Unregistered, 0), (registration.State, operatorSide.Bindings.Count));
    }

    [Fact(DisplayName = "6.3 TS-08 a wrong password is tried once per challenge, then waits 15 to 30 s, doubling to half an hour")]
    public void Backing_off()
    {
        var operatorSide = new Operator();
        var registration = operatorSide.Registration("wrong");
        registration.Start(operatorSide.Net.Now);
        operatorSide.Run(registration, 1_000);
        Assert.Equal((SipRegistrationState.Failed, 401), (registration.State, registration.Status));
        Assert.Equal(2, operatorSide.Net.Trace.Count(line => line == "A REGISTER"));
        Assert.InRange((registration.Deadline - operatorSide.Net.Now).TotalSeconds, 13, 31);
        operatorSide.Run(registration, 20_000_000);
        Assert.InRange((registration.Deadline - operatorSide.Net.Now).TotalSeconds, 0, 1_801);
        Assert.InRange(operatorSide.Net.Trace.Count(line => line == "A REGISTER"), 20, 70);
    }

    private sealed class Operator
    {
        private readonly SipChallenger _challenger = new("example.com", new byte[32], new SipIds(new byte[32]));

        public Operator() => Net.B.Gate = (now, request, _) => _challenger.Verify(now, request, (user, algorithm) =>
            user == "alice" ? SipDigest.SecretOf(algorithm, user, "example.com", "secret") : null, out string _) switch
        {
            SipDigestVerdict.Accepted => null,
            SipDigestVerdict.Stale => _challenger.Challenge(now, stale: true),
            _ => _challenger.Challenge(now),
        };

        public SipNetwork Net { get; } = new();

        public IReadOnlyList<SipBinding> Bindings { get; private set; } = [];

        public int Accepted { get; private set; }

        public SipRegistration Registration(string password = "secret") => new(Net.A, new SipRegistrationAccount(
            SipNetwork.Uri("sip:example.com"), SipNetwork.Address("sip:alice@example.com"), "<sip:trunk@192.0.2.1>", Net.ToB), new SipCredentials("example.com", "alice", password, new SipIds([.. Enumerable.Repeat((byte)3, 32)])));

        public void Run(SipRegistration registration, double milliseconds)
        {
            var end = Net.Now + TimeSpan.FromMilliseconds(milliseconds);
            while (Net.Now < end)
            {
                var next = Instant.Earlier(end, registration.Deadline > Net.Now && registration.Deadline != Instant.Never ? registration.Deadline : Net.Now.PlusMilliseconds(1_000));
                Net.Run((next - Net.Now).TotalMilliseconds, () => Work(registration));
                registration.Tick(Net.Now);
            }
        }

        private void Work(SipRegistration registration)
        {
            foreach (var arrived in Net.OfB.OfType<SipRequestArrived>().ToList())
            {
                var outcome = SipRegistrar.Register(Net.Now, Bindings, arrived.Transaction.Request, arrived.Transaction.Flow, new SipRegistrarSettings());
                Bindings = outcome.Bindings;
                Accepted++;
                Net.B.Respond(Net.Now, arrived.Transaction, arrived.Transaction.Answer(outcome.Status, outcome.Reason).AddAll(outcome.Headers).Add(SipHeader.ServiceRoute, "<sip:edge.example;lr>"));
            }

            foreach (var answer in Net.OfA.OfType<SipAnswerArrived>().ToList())
            {
                Assert.Same(registration, answer.Owner);
                registration.Take(Net.Now, answer);
            }

            Net.OfA.Clear();
            Net.OfB.Clear();
        }
    }
}
