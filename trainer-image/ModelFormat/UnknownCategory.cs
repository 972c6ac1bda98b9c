namespace ModelOperator.ModelFormat;

/// <summary>What the server does with a category that the training data did not have.</summary>
public enum UnknownCategory
{
    /// <summary>The client is told: HTTP 422 with the categories that are allowed.</summary>
    Reject,

    /// <summary>The value counts as missing; the trees follow their default direction.</summary>
    Missing,

    /// <summary>The model is at fault: HTTP 500. For models that promise to cover all categories, so that a gap counts as their error.</summary>
    Fail,
}
