using System.Buffers;
using System.Text.Json;
using ModelOperator.Hosting;

namespace ModelOperator.RegistryApi;

/// <summary>The OpenAPI 3.1 document of a table of routes; pure.</summary>
public static class ApiDocument
{
    private static readonly (string Code, string Description)[] Problems =
    [
        ("400", "A parameter is not valid; the members parameter, value and allowed say which, and what is."),
        ("401", "There is no token, or the Kubernetes API server does not accept it."),
        ("403", "Its owner may not get or list the kind in the namespace."),
        ("404", "There is no such object."),
        ("503", "The database or the Kubernetes API server cannot be asked now; the header Retry-After says when a try is worth it."),
    ];

    private static readonly (string Name, string Description) ETag = ("ETag", "Strong, of the bytes.");

    /// <summary>The document as JSON.</summary>
    /// <param name="routes">Routes.</param>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<ApiRoute> routes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("openapi", "3.1.0");
            json.WriteStartObject("info");
            json.WriteString("title", "Model Operator registry");
            json.WriteString("version", OperatorVersion.Text);
            json.WriteString("description", "Read-only history of models, versions, runs, budgets, canaries and predictions. Members that are not known are absent. HEAD answers as GET does, without the body.");
            json.WriteEndObject();
            json.WriteStartArray("security");
            json.WriteStartObject();
            json.WriteStartArray("kubernetes");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("paths");
            foreach (var route in routes)
                WritePath(json, route);
            json.WriteEndObject();
            WriteComponents(json, routes);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WritePath(Utf8JsonWriter json, ApiRoute route)
    {
        json.WriteStartObject(route.Path);
        json.WriteStartObject("get");
        json.WriteString("operationId", route.Operation);
        json.WriteString("summary", route.Summary);
        json.WriteString("description", $"Needs the verb {route.Verb} on {route.Resource}.modeloperator.io.");
        json.WriteStartArray("parameters");
        foreach (var name in route.PathParameters)
            WriteParameter(json, name, "path", null, ApiQuery.PathValues(name), repeats: false);
        foreach (var (name, description, values, repeats) in ApiQuery.ParametersOf(route))
            WriteParameter(json, name, "query", description, values, repeats);
        json.WriteStartObject();
        json.WriteString("name", "If-None-Match");
        json.WriteString("in", "header");
        WriteText(json, "ETags of answers that the caller has, with commas between them; 304 when one of them is still the answer.");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("responses");
        WriteAnswer(json, route);
        foreach (var (code, description) in Problems.Where(problem => problem.Code != "404" || route.Single))
        {
            json.WriteStartObject(code);
            json.WriteString("description", description);
            if (code == "401")
                WriteHeaders(json, ("WWW-Authenticate", "Bearer."));
            if (code == "503")
                WriteHeaders(json, ("Retry-After", "Seconds after which a try is worth it."));
            WriteContent(json, "application/problem+json", "Problem");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAnswer(Utf8JsonWriter json, ApiRoute route)
    {
        json.WriteStartObject("200");
        json.WriteString("description", route.Summary);
        WriteHeaders(json, route.Single ? [ETag] : [ETag, ("Link", "Address of the next page, rel=next; absent on the last.")]);
        WriteContent(json, "application/json", route.Single ? route.Collection.Schema : route.Collection.Schema + "Page");
        json.WriteEndObject();
        json.WriteStartObject("304");
        json.WriteString("description", "What If-None-Match names is still the answer.");
        WriteHeaders(json, ETag);
        json.WriteEndObject();
    }

    private static void WriteHeaders(Utf8JsonWriter json, params ReadOnlySpan<(string Name, string Description)> headers)
    {
        json.WriteStartObject("headers");
        foreach (var (name, description) in headers)
        {
            json.WriteStartObject(name);
            WriteText(json, description);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string description)
    {
        json.WriteString("description", description);
        json.WriteStartObject("schema");
        json.WriteString("type", "string");
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, string type, string schema)
    {
        json.WriteStartObject("content");
        json.WriteStartObject(type);
        json.WriteStartObject("schema");
        json.WriteString("$ref", "#/components/schemas/" + schema);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteParameter(Utf8JsonWriter json, string name, string place, string? description, ApiValues values, bool repeats)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("in", place);
        json.WriteBoolean("required", place == "path");
        json.WriteString("description", description is null ? $"{values.Allowed}." : $"{description} Allowed: {values.Allowed}.");
        json.WriteStartObject("schema");
        if (repeats)
        {
            json.WriteString("type", "array");
            json.WriteNumber("maxItems", ApiFilter.MostValues);
            json.WriteStartObject("items");
            values.WriteSchema(json);
            json.WriteEndObject();
        }
        else
        {
            values.WriteSchema(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter json, IReadOnlyList<ApiRoute> routes)
    {
        json.WriteStartObject("components");
        json.WriteStartObject("securitySchemes");
        json.WriteStartObject("kubernetes");
        json.WriteString("type", "http");
        json.WriteString("scheme", "bearer");
        json.WriteString("description", "A token of Kubernetes, for example by kubectl create token.");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("schemas");
        foreach (var held in routes.Select(static route => route.Collection).DistinctBy(static held => held.Schema))
            WriteSchema(json, held);
        foreach (var held in routes.Where(static route => !route.Single).Select(static route => route.Collection).DistinctBy(static held => held.Schema))
            WritePage(json, held);
        WriteProblem(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, ApiCollection held)
    {
        json.WriteStartObject(held.Schema);
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var field in held.Fields)
            WriteMember(json, field);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, ApiField field)
    {
        json.WriteStartObject(field.Name);
        json.WriteString("type", field.Type switch
        {
            ApiType.Integer => "integer",
            ApiType.Number => "number",
            ApiType.Boolean => "boolean",
            ApiType.Map => "object",
            ApiType.List => "array",
            _ => "string",
        });
        if (field.Type is ApiType.Integer or ApiType.Time)
            json.WriteString("format", field.Type == ApiType.Time ? "date-time" : "int64");
        json.WriteString("description", field.Description);
        json.WriteEndObject();
    }

    private static void WritePage(Utf8JsonWriter json, ApiCollection held)
    {
        json.WriteStartObject(held.Schema + "Page");
        json.WriteString("type", "object");
        json.WriteStartArray("required");
        json.WriteStringValue("items");
        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteStartObject("items");
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        json.WriteString("$ref", "#/components/schemas/" + held.Schema);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteMember(json, new("next", "", ApiType.Text, "Cursor of the next page; absent on the last."));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteProblem(Utf8JsonWriter json)
    {
        json.WriteStartObject("Problem");
        json.WriteString("type", "object");
        json.WriteString("description", "By RFC 9457.");
        json.WriteStartObject("properties");
        foreach (var name in new[] { "type", "title", "detail", "instance", "parameter", "value", "allowed" })
            WriteMember(json, new(name, "", ApiType.Text, $"{name}."));
        WriteMember(json, new("status", "", ApiType.Integer, "Status code."));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
