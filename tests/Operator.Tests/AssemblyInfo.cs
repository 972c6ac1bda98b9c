// Every test runs a whole operator; the crash tests bring their own parallelism.
[assembly: CollectionBehavior(DisableTestParallelization = false, MaxParallelThreads = 4)]
