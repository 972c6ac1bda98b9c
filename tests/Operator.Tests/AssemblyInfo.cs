// Every test runs a whole operator; the crash tests bring their own parallelism.
[assembly: CollectionBehavior(DisableTestParallelization = false, MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("ModelOperator.Operator.Tests.World.LongestFirst", "Operator.Tests")]
