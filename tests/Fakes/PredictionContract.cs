namespace ModelOperator.Fakes;

/// <summary>A batch of predictions as the model server writes it; its tests hold the server to these bytes, and the receiver's tests read them.</summary>
internal static class PredictionContract
{
    public const string Batch = """
        {"predictions":[{"id":"toys-3~a","at":"2026-01-31T12:00:00.25Z","kind":"Regression","prediction":42.5,"features":{"size":0.1,"grade":"good","age":null}},{"id":"toys-3~b","at":"2026-01-31T12:00:01Z","kind":"Multiclass","prediction":1,"features":{"size":2},"label":"mid"}],"truths":[{"id":"toys-3~a","at":"2026-01-31T13:00:00Z","truth":40},{"id":"toys-3~b","at":"2026-01-31T13:00:00Z","truth":0,"label":"low"}]}
        """;
}
