namespace ModelOperator.Trainer.Data;

/// <summary>
/// Streams comma-separated records (RFC 4180: quoted fields may hold commas, line ends and doubled quotes). Lines end in LF or CRLF;
/// wholly empty lines are skipped. One record at a time is held, so a file of any length can be read.
/// </summary>
public sealed class CsvReader(TextReader source, string file)
{
    private const int MostCharacters = 1 << 24;
    private const int End = -1;

    private readonly char[] _buffer = new char[1 << 16];
    private readonly List<int> _ends = [];
    private char[] _record = new char[1024];
    private int _length;
    private int _position;
    private int _filled;
    private long _nextLine = 1;
    private bool _quoted;

    /// <summary>The line that the current record starts on, from 1.</summary>
    public long Line { get; private set; }

    public int FieldCount => _ends.Count;

    /// <summary>A field of the current record, without its quotes; valid until the next read.</summary>
    public ReadOnlySpan<char> this[int field]
    {
        get
        {
            var start = field == 0 ? 0 : _ends[field - 1];
            return _record.AsSpan(start, _ends[field] - start);
        }
    }

    /// <summary>Moves to the next record.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="TrainerException">A quote is misplaced or never closed, or a record is absurdly long.</exception>
    public bool Read()
    {
        do
        {
            if (Peek() == End)
                return false;
            Line = _nextLine;
            _ends.Clear();
            _length = 0;
            while (ReadField())
            {
            }
        }
        while (_ends is [0] && !_quoted);
        return true;
    }

    private bool ReadField()
    {
        _quoted = Peek() == '"';
        if (_quoted)
            ReadQuoted();
        while (true)
        {
            if (!_quoted)
                AppendPlain();
            var next = Next();
            switch (next)
            {
                case ',':
                    _ends.Add(_length);
                    return true;
                case '\r' when Peek() == '\n':
                    continue;
                case '\n':
                    _nextLine++;
                    _ends.Add(_length);
                    return false;
                case End:
                    _ends.Add(_length);
                    return false;
                case var _ when _quoted:
                    throw TrainerException.BadData($"{file}:{Line}: text after the closing quote of field {_ends.Count + 1}");
                default:
                    Append((char)next);
                    break;
            }
        }
    }

    private void ReadQuoted()
    {
        Next();
        while (true)
        {
            var next = Next();
            if (next == End)
                throw TrainerException.BadData($"{file}:{Line}: the quote that opens field {_ends.Count + 1} is never closed");
            if (next == '"' && Peek() != '"')
                return;
            if (next == '"')
                Next();
            if (next == '\n')
                _nextLine++;
            Append((char)next);
        }
    }

    // What is buffered of the field, in one piece: nearly all characters stand for themselves.
    private void AppendPlain()
    {
        var rest = _buffer.AsSpan(_position, _filled - _position);
        var count = 0;
        while (count < rest.Length && rest[count] is not (',' or '\n' or '\r'))
            count++;
        Reserve(count);
        rest[..count].CopyTo(_record.AsSpan(_length));
        (_length, _position) = (_length + count, _position + count);
    }

    private void Append(char character)
    {
        Reserve(1);
        _record[_length++] = character;
    }

    private void Reserve(int more)
    {
        if (_length + more <= _record.Length)
            return;
        if (_length + more > MostCharacters)
            throw TrainerException.BadData($"{file}:{Line}: a record longer than {MostCharacters} characters; is a quote missing?");
        Array.Resize(ref _record, Math.Max(_length + more, _record.Length * 2));
    }

    private int Peek()
    {
        if (_position == _filled)
        {
            _filled = source.Read(_buffer, 0, _buffer.Length);
            _position = 0;
        }

        return _filled == 0 ? End : _buffer[_position];
    }

    private int Next()
    {
        var next = Peek();
        if (next != End)
            _position++;
        return next;
    }
}
