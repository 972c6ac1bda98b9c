namespace ModelOperator.Trainer.Optimising;

/// <summary>A model that could be served: the original, or what became of it.</summary>
/// <param name="Name">original, or what was done.</param>
/// <param name="Format">As model.json names it.</param>
/// <param name="File">Its file in the model's directory.</param>
/// <param name="Content">The file.</param>
internal sealed record Candidate(string Name, string Format, string File, byte[] Content)
{
    internal const string Original = "original";
}
