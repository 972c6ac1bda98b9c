using System.Net.Http.Headers;
using System.Text;

namespace ModelOperator.Datasets;

/// <summary>Credentials of a dataset's source out of a Secret's keys. Never printed.</summary>
public static class SourceCredentials
{
    /// <summary>Keys of the Secret for s3://, as AWS's tools name them.</summary>
    public const string AccessKeyId = "AWS_ACCESS_KEY_ID";
    public const string SecretAccessKey = "AWS_SECRET_ACCESS_KEY";
    public const string SessionToken = "AWS_SESSION_TOKEN";

    /// <summary>Keys of the Secret for http(s)://: a bearer token, or a user and password.</summary>
    public const string Token = "token";
    public const string Username = "username";
    public const string Password = "password";

    /// <summary>The S3 key; null when one of the two keys is missing.</summary>
    /// <param name="value">Value of a key of the Secret, or null.</param>
    public static S3Credentials? S3(Func<string, string?> value) =>
        value(AccessKeyId) is { Length: > 0 } id && value(SecretAccessKey) is { Length: > 0 } secret ? new(id, secret, value(SessionToken) is { Length: > 0 } token ? token : null) : null;

    /// <summary>The Authorization header; null when neither a token nor a user is there.</summary>
    public static AuthenticationHeaderValue? Http(Func<string, string?> value)
    {
        if (value(Token) is { Length: > 0 } token)
            return new AuthenticationHeaderValue("Bearer", token);
        return value(Username) is { Length: > 0 } user && value(Password) is { } password
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
            : null;
    }

    /// <summary>Reads keys of a mounted Secret; a line end at the end of a value is no part of it.</summary>
    public static Func<string, string?> Mounted(string folder) => key =>
    {
        var path = Path.Combine(folder, key);
        return File.Exists(path) ? File.ReadAllText(path).TrimEnd('\r', '\n') : null;
    };

    /// <summary>Reads keys of a Secret's data.</summary>
    public static Func<string, string?> Of(IReadOnlyDictionary<string, byte[]>? data) => key =>
        data?.GetValueOrDefault(key) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n') : null;
}
