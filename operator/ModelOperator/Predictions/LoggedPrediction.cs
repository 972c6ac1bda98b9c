using System.Text.Json;

namespace ModelOperator.Predictions;

/// <summary>One prediction as a model server tells it.</summary>
public sealed record LoggedPrediction
{
    /// <summary>Id that the client got; begins with the version.</summary>
    public string? Id { get; init; }

    /// <summary>When it was made, by the server's clock.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Regression, Binary or Multiclass.</summary>
    public string? Kind { get; init; }

    /// <summary>The value, the probability of the second class, or the position of the most probable class.</summary>
    public double? Prediction { get; init; }

    /// <summary>Label of the most probable class, of Multiclass models.</summary>
    public string? Label { get; init; }

    /// <summary>Values by feature, without redacted ones; absent when none may be told.</summary>
    public JsonElement? Features { get; init; }
}
