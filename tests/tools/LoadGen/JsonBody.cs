namespace ModelOperator.LoadGen;

/// <summary>JSON as the body of a request.</summary>
internal static class JsonBody
{
    internal static ByteArrayContent Of(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return content;
    }
}
