namespace ModelOperator.Server.Rows;

/// <summary>Reads whole requests in the form that nearly all clients send (<see cref="RowScanner"/>).</summary>
internal sealed class RequestScan
{
    private const int MostFeatures = 256;

    private readonly FeatureInput[] _features;

    private RequestScan(FeatureInput[] features) => _features = features;

    /// <summary>Null for a model whose features it cannot read.</summary>
    internal static RequestScan? Of(FeatureInput[] features) => features.Length <= MostFeatures && Array.TrueForAll(features, static feature => feature.IsPlain) ? new RequestScan(features) : null;

    /// <summary>Reads <c>{"features": {…}}</c> or <c>{"instances": [{…}, …]}</c>.</summary>
    /// <returns>Whether it was the first; null for what it does not understand, with any rows.</returns>
    internal bool? Read(ReadOnlySpan<byte> body, RowBuffer rows)
    {
        var scanner = new RowScanner(body);
        // Of each feature the row that had it last, counted from one; of each place in a row the feature that stood there in the row before.
        Span<int> seen = stackalloc int[_features.Length];
        Span<int> order = stackalloc int[_features.Length];
        seen.Clear();
        for (var place = 0; place < order.Length; place++)
            order[place] = place;
        if (!scanner.Take((byte)'{'))
            return null;
        var single = scanner.TakeText("\"features\""u8);
        if (!single && !scanner.TakeText("\"instances\""u8))
            return null;
        if (!scanner.Take((byte)':'))
            return null;
        var isGood = single ? ReadRow(ref scanner, rows, seen, order) : ReadRows(ref scanner, rows, seen, order);
        return isGood && scanner.Take((byte)'}') && scanner.IsAtEnd() ? single : null;
    }

    private bool ReadRows(ref RowScanner scanner, RowBuffer rows, scoped Span<int> seen, scoped Span<int> order)
    {
        if (!scanner.Take((byte)'['))
            return false;
        do
        {
            if (rows.Count == ServerOptions.MostRows || !ReadRow(ref scanner, rows, seen, order))
                return false;
        }
        while (scanner.Take((byte)','));
        return scanner.Take((byte)']');
    }

    private bool ReadRow(ref RowScanner scanner, RowBuffer rows, scoped Span<int> seen, scoped Span<int> order)
    {
        var row = rows.Add();
        if (!scanner.Take((byte)'{'))
            return false;
        var given = 0;
        do
        {
            if (given == _features.Length || Find(ref scanner, order[given]) is not (>= 0 and var index) || seen[index] == rows.Count || !scanner.Take((byte)':')
                || !_features[index].TryScan(ref scanner, out row[index]))
                return false;
            seen[index] = rows.Count;
            order[given++] = index;
        }
        while (scanner.Take((byte)','));
        if (!scanner.Take((byte)'}'))
            return false;
        for (var index = 0; given < _features.Length && index < seen.Length; index++)
        {
            if (seen[index] != rows.Count && !_features[index].AllowsMissing)
                return false;
        }

        return true;
    }

    private int Find(ref RowScanner scanner, int expected)
    {
        if (scanner.TakeText(_features[expected].QuotedName))
            return expected;
        for (var index = 0; index < _features.Length; index++)
        {
            if (scanner.TakeText(_features[index].QuotedName))
                return index;
        }

        return -1;
    }
}
