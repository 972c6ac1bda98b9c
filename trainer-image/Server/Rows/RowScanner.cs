using System.Buffers.Text;
using System.Runtime.CompilerServices;
using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Rows;

/// <summary>
/// Reads the JSON that nearly all clients send, several times as fast as Utf8JsonReader: whole texts and plain numbers. It understands no errors: of whatever it does
/// not know it says that it does not, and the body is read again by who does.
/// </summary>
internal ref struct RowScanner(ReadOnlySpan<byte> text)
{
    // So many are always below ShortDecimal.DigitsLimit.
    private const int MostDigits = 15;

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>Whether everything was read.</summary>
    internal bool IsAtEnd()
    {
        SkipSpace();
        return _at == _text.Length;
    }

    /// <summary>Steps over white space, and over a character if it follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Take(byte character)
    {
        SkipSpace();
        if (_at == _text.Length || _text[_at] != character)
            return false;
        _at++;
        return true;
    }

    /// <summary>Steps over white space, and over a text if it follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TakeText(ReadOnlySpan<byte> whole)
    {
        SkipSpace();
        if (!_text[_at..].StartsWith(whole))
            return false;
        _at += whole.Length;
        return true;
    }

    /// <summary>Reads a number as Utf8JsonReader would, to the last bit. What follows it is the caller's to judge.</summary>
    internal bool TryNumber(out double number)
    {
        SkipSpace();
        var start = _at;
        var isNegative = Follows('-');
        _at += isNegative ? 1 : 0;
        long digits = 0;
        var first = _at;
        var (whole, decimals) = (Digits(ref digits), 0);
        // JSON has no leading zeros.
        var isNumber = whole > 0 && (whole == 1 || _text[first] != '0');
        if (isNumber && Follows('.'))
        {
            _at++;
            decimals = Digits(ref digits);
            isNumber = decimals > 0;
        }

        number = 0;
        if (!isNumber)
        {
            _at = start;
            return false;
        }

        if (whole + decimals > MostDigits || Follows('e') || Follows('E'))
        {
            var isRead = Utf8Parser.TryParse(_text[start..], out number, out var length);
            _at = start + length;
            return isRead;
        }

        number = ShortDecimal.Of(isNegative, digits, decimals);
        return true;
    }

    private readonly bool Follows(char character) => _at < _text.Length && _text[_at] == character;

    // Too many overflow, and are not used.
    private int Digits(ref long digits)
    {
        var start = _at;
        for (; _at < _text.Length && (uint)(_text[_at] - '0') <= 9; _at++)
            digits = (digits * 10) + (_text[_at] - '0');
        return _at - start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _at++;
    }
}
