using ModelOperator.Registry;

namespace ModelOperator.Tests.Registry;

public sealed class PostgresSettingsTests
{
    [Theory]
    [InlineData("Host=db;Username=u;Password=p;Database=d", "db", 5432, "u", "p", "d")]
    [InlineData("postgres://u:p@db/d", "db", 5432, "u", "p", "d")]
    [InlineData("postgresql://u:p%40%2F%25@db:5433/d", "db", 5433, "u", "p@/%", "d")]
    [InlineData("postgres:///d?host=%2Frun%2Fpostgresql&user=u&password=x%3By", "/run/postgresql", 5432, "u", "x;y", "d")]
    public void Both_forms_are_read(string text, string host, int port, string user, string password, string database)
    {
        var settings = PostgresSettings.Parse(text);
        Assert.Equal((host, port, user, password, database), (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database));
    }

    [Fact]
    public void The_limits_hold_whatever_the_text_says()
    {
        var settings = PostgresSettings.Parse("Host=db;Timeout=300;Command Timeout=0;Maximum Pool Size=100;Minimum Pool Size=9;Persist Security Info=true");
        Assert.Equal((5, 10, 4, 0, false), (settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize, settings.MinPoolSize, settings.PersistSecurityInfo));
    }

    [Fact]
    public void A_uri_may_ask_for_tls() =>
        Assert.Equal(Npgsql.SslMode.VerifyFull, PostgresSettings.Parse("postgres://u:p@db/d?sslmode=verify-full").SslMode);

    [Theory]
    [InlineData("Host=db;Password=hunter2;hunter3=1")]
    [InlineData("hunter2")]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("postgres://u:hunter2/@db:notaport/d")]
    [InlineData("postgres://u:p@db/d?hunter2=1")]
    [InlineData("postgres://u:p@db/d?sslmode=hunter2")]
    [InlineData("Password=hunter2")]
    [InlineData("")]
    public void A_bad_text_is_refused_without_any_part_of_it(string text)
    {
        var refused = Assert.Throws<FormatException>(() => PostgresSettings.Parse(text));
        Assert.Contains("MODELOP_POSTGRES", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", refused.ToString().Replace(refused.StackTrace ?? "", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_description_tells_where_but_no_password() =>
        Assert.Equal("db:5433/d as u", PostgresSettings.Describe(PostgresSettings.Parse("postgres://u:hunter2@db:5433/d")));
}
