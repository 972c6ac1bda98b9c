using System.Net;
using System.Text.Json;
using ModelOperator.Datasets;

namespace ModelOperator.TrainingRuns;

/// <content>Rules of datasets' sources, of what they must be like, and of the network.</content>
public static partial class TrainingRunValidation
{
    // The fetcher's plan is one environment variable, which Linux limits to 128 KiB.
    private const int MostRuleBytes = 64 * 1024;

    private static void CheckSource(TrainingDataset dataset, string path, List<FieldError> errors)
    {
        if (dataset.Uri.StartsWith("s3://", StringComparison.Ordinal) && !S3Location.TryParse(dataset.Uri, out _))
            errors.Add(new($"{path}.uri", dataset.Uri, S3Location.Allowed));
        if (dataset.Uri.StartsWith("pvc://", StringComparison.Ordinal) && !ClaimDataset.TryParse(dataset.Uri, out _))
            errors.Add(new($"{path}.uri", dataset.Uri, ClaimDataset.Allowed));
        if (DatasetUris.IsHttp(dataset.Uri) && Uri.TryCreate(dataset.Uri, UriKind.Absolute, out var url) && url.UserInfo.Length > 0)
            errors.Add(new($"{path}.uri", DatasetUris.Public(dataset.Uri), "no user or password in the URI; put them into a Secret and name it in secretRef"));
        var isS3 = dataset.Uri.StartsWith("s3://", StringComparison.Ordinal);
        if (dataset.S3 is not null && !isS3)
            errors.Add(new($"{path}.s3", DatasetUris.Public(dataset.Uri), "only for s3:// datasets"));
        if (dataset.S3?.Endpoint is { } endpoint && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0))
            errors.Add(new($"{path}.s3.endpoint", endpoint, "an http(s) URL without a user"));
        if (dataset.SecretRef is not null && !isS3 && !DatasetUris.IsHttp(dataset.Uri))
            errors.Add(new($"{path}.secretRef", dataset.SecretRef.Name, "only for s3:// and http(s):// datasets"));
        if (dataset.Validation is { } rules)
            CheckRules(rules, $"{path}.validation", errors);
    }

    private static void CheckRules(DatasetValidation rules, string path, List<FieldError> errors)
    {
        if (rules.Delimiter is not [not ('"' or '\r' or '\n')])
            errors.Add(new($"{path}.delimiter", rules.Delimiter, "one character that is no quote and no line end"));
        if (rules.MinimumRows > rules.MaximumRows)
            errors.Add(new($"{path}.minimumRows", FormattableString.Invariant($"{rules.MinimumRows}"), FormattableString.Invariant($"at most maximumRows, {rules.MaximumRows}")));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, column) in (rules.Columns ?? []).Index())
        {
            var field = $"{path}.columns[{Text(index)}]";
            if (!names.Add(column.Name))
                errors.Add(new($"{field}.name", column.Name, "each column once"));
            CheckColumn(column, field, errors);
        }
    }

    private static void CheckColumn(DatasetColumn column, string field, List<FieldError> errors)
    {
        var isNumber = column.Type is DatasetColumnType.Number or DatasetColumnType.Integer;
        if (!isNumber && (column.Minimum ?? column.Maximum) is { } bound)
            errors.Add(new($"{field}.{(column.Minimum is null ? "maximum" : "minimum")}", FormattableString.Invariant($"{bound:R}"), "only for columns of type Number or Integer"));
        if (column.Minimum > column.Maximum)
            errors.Add(new($"{field}.minimum", FormattableString.Invariant($"{column.Minimum:R}"), FormattableString.Invariant($"at most maximum, {column.Maximum:R}")));
        if (column.MaximumMissingFraction is < 0 or > 1)
            errors.Add(new($"{field}.maximumMissingFraction", FormattableString.Invariant($"{column.MaximumMissingFraction:R}"), "0 to 1"));
        if (column.AllowedValues is { Count: > 0 } && column.Type is DatasetColumnType.Text)
            errors.Add(new($"{field}.allowedValues", column.Name, "not for columns of type Text; make it a Category"));
    }

    private static void CheckRulesSize(TrainingRunSpec spec, List<FieldError> errors)
    {
        var bytes = (spec.Datasets ?? []).Sum(static dataset =>
            dataset.Validation is null ? 0 : JsonSerializer.SerializeToUtf8Bytes(dataset.Validation, TrainingRunsJson.Default.DatasetValidation).Length);
        if (bytes > MostRuleBytes)
            errors.Add(new("spec.datasets", $"{Text(bytes)} bytes of validation", $"at most {Text(MostRuleBytes)} bytes of validation in all datasets together"));
    }

    private static void CheckNetwork(TrainingRunSpec spec, List<FieldError> errors)
    {
        if (spec.Network is { Policy: TrainingNetworkPolicy.None, Egress.Count: > 0 })
            errors.Add(new("spec.network.egress", Text(spec.Network.Egress.Count), "nothing when policy is None: there is no policy that could allow it"));
        foreach (var (index, egress) in (spec.Network?.Egress ?? []).Index())
        {
            foreach (var (place, cidr) in (egress.Cidrs ?? []).Index())
            {
                if (!cidr.Contains('/', StringComparison.Ordinal) || !IPNetwork.TryParse(cidr, out _))
                    errors.Add(new($"spec.network.egress[{Text(index)}].cidrs[{Text(place)}]", cidr, "an address range such as 10.20.0.0/16 or 2001:db8::/32, with all bits after the prefix zero"));
            }

            foreach (var (place, port) in (egress.Ports ?? []).Index())
            {
                if (port.Port is < 1 or > 65535)
                    errors.Add(new($"spec.network.egress[{Text(index)}].ports[{Text(place)}].port", Text(port.Port), "1 to 65535"));
                if (port.Protocol is not ("TCP" or "UDP"))
                    errors.Add(new($"spec.network.egress[{Text(index)}].ports[{Text(place)}].protocol", port.Protocol, "TCP or UDP"));
            }
        }
    }
}
