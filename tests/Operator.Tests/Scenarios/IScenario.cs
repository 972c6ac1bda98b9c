using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>A story that users begin and the operator brings to its end.</summary>
internal interface IScenario
{
    /// <summary>Creates what the users create at the start.</summary>
    Task BeginAsync(ToyWorld world);

    /// <summary>Does what users do on the way; says null when the story has reached its end, else what is still missing.</summary>
    Task<string?> MissingAsync(ToyWorld world);
}
