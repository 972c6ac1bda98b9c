namespace ModelOperator.Datasets;

/// <summary>
/// Streams separated records (RFC 4180: quoted fields may hold separators, line ends and doubled quotes). Lines end in LF or CRLF; wholly
/// empty lines are skipped. One record at a time is held, so a file of any length can be read.
/// </summary>
/// <param name="source">Text.</param>
/// <param name="delimiter">Character between two fields.</param>
public sealed class CsvReader(TextReader source, char delimiter = ',')
{
    /// <summary>Longest record, in characters: more means that a quote is missing.</summary>
    public const int MostCharacters = 1 << 22;

    private const int End = -1;

    private readonly char[] buffer = new char[1 << 16];
    private readonly List<int> ends = [];
    private char[] record = new char[1024];
    private int length;
    private int position;
    private int filled;
    private long nextLine = 1;
    private bool quoted;

    /// <summary>The line that the current record starts on, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Fields of the current record.</summary>
    public int FieldCount => ends.Count;

    /// <summary>A field of the current record, without its quotes; valid until the next read.</summary>
    public ReadOnlySpan<char> this[int field]
    {
        get
        {
            var start = field == 0 ? 0 : ends[field - 1];
            return record.AsSpan(start, ends[field] - start);
        }
    }

    /// <summary>Moves to the next record; false at the end.</summary>
    /// <exception cref="DatasetFormatException">A quote is misplaced or never closed, or a record is absurdly long.</exception>
    public bool Read()
    {
        do
        {
            if (Peek() == End)
                return false;
            Line = nextLine;
            ends.Clear();
            length = 0;
            while (ReadField())
            {
            }
        }
        while (ends is [0] && !quoted);
        return true;
    }

    private bool ReadField()
    {
        quoted = Peek() == '"';
        if (quoted)
            ReadQuoted();
        while (true)
        {
            var next = Next();
            if (next == '\r' && Peek() == '\n')
                continue;
            if (next == delimiter || next is '\n' or End)
            {
                ends.Add(length);
                if (next == '\n')
                    nextLine++;
                return next == delimiter;
            }

            if (quoted)
                throw new DatasetFormatException("Quoting", $"there is text after the closing quote of field {ends.Count + 1}", Line);
            Append((char)next);
        }
    }

    private void ReadQuoted()
    {
        Next();
        while (true)
        {
            var next = Next();
            if (next == End)
                throw new DatasetFormatException("Quoting", $"the quote that opens field {ends.Count + 1} is never closed", Line);
            if (next == '"' && Peek() != '"')
                return;
            if (next == '"')
                Next();
            if (next == '\n')
                nextLine++;
            Append((char)next);
        }
    }

    private void Append(char character)
    {
        if (length == record.Length)
        {
            if (length >= MostCharacters)
                throw new DatasetFormatException("RecordLength", $"a record is longer than {MostCharacters} characters; is a quote missing?", Line);
            Array.Resize(ref record, length * 2);
        }

        record[length++] = character;
    }

    private int Peek()
    {
        if (position == filled)
        {
            filled = source.Read(buffer, 0, buffer.Length);
            position = 0;
        }

        return filled == 0 ? End : buffer[position];
    }

    private int Next()
    {
        var next = Peek();
        if (next != End)
            position++;
        return next;
    }
}
