// Each test measures time, and starts several processes.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
