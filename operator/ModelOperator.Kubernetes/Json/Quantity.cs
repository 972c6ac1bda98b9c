using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>
/// An amount as Kubernetes writes it: "500m", "1.5", "2Gi", "1e3". The text is kept as read; equality is by value,
/// so that "1000m" equals "1". The default value is zero.
/// </summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    private readonly string? _text;

    /// <summary>Takes the text as it is; it must parse.</summary>
    /// <param name="text">Quantity text.</param>
    /// <exception cref="FormatException">The text is not a quantity, or is beyond the range of decimal.</exception>
    public Quantity(string text)
    {
        Value = QuantityText.Parse(text);
        _text = text;
    }

    /// <summary>A quantity of a whole number.</summary>
    /// <param name="value">Amount.</param>
    public Quantity(long value)
        : this(value.ToString(System.Globalization.CultureInfo.InvariantCulture))
    {
    }

    /// <summary>Amount in base units (cores, bytes, devices), exact.</summary>
    public decimal Value { get; }

    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);

    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);

    public static implicit operator Quantity(string text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => _text ?? "0";

    /// <inheritdoc/>
    public bool Equals(Quantity other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => Value.CompareTo(other.Value);
}
