[assembly: AssemblyFixture(typeof(Sylk.Conference.Storage.Tests.SharedPostgres))]
