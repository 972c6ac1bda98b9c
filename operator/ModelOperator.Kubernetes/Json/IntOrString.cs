using System.Globalization;
using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>A whole number or a text, for example port 8080 or port "http", or 25%. The default value is the number 0.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString
{
    /// <summary>A number.</summary>
    public IntOrString(int number) => Number = number;

    /// <summary>A text.</summary>
    public IntOrString(string text) => Text = text;

    /// <summary>The number; 0 when <see cref="Text"/> is set.</summary>
    public int Number { get; }

    /// <summary>The text; null when it is a number.</summary>
    public string? Text { get; }

    public static implicit operator IntOrString(int number) => new(number);

    public static implicit operator IntOrString(string text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}
