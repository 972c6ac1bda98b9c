using System.Text;
using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts.Backing;

/// <summary>Answers that are allowed to an S3 service, or are given by what is in front of one.</summary>
public sealed class S3AnswerTests
{
    private const string Done = "<CompleteMultipartUploadResult><Key>k</Key></CompleteMultipartUploadResult>";
    private const string Failed = "<Error><Code>InternalError</Code><Message>try again</Message></Error>";

    [Theory]
    // Who takes the header of a range away answers with all of it.
    [InlineData(200, "0123456789", null)]
    [InlineData(206, "0123", "bytes 0-3/10")]
    [InlineData(206, "4567", null)]
    public async Task Bytes_that_begin_elsewhere_than_where_they_were_asked_for_are_none(int status, string text, string? range)
    {
        await using var server = await S3AnswersServer.StartAsync(S3AnswersServer.Text(status, text, range));
        using var bucket = server.Bucket();
        var failure = await Assert.ThrowsAsync<BackingException>(() => bucket.OpenReadAsync("k", 4, 4, CancellationToken.None));
        Assert.Equal(BackingException.Unavailable, failure.Reason);
    }

    [Theory]
    [InlineData(200, 0, "0123456789", null)]
    [InlineData(206, 4, "4567", "bytes 4-7/10")]
    public async Task Bytes_that_begin_where_they_were_asked_for_are_given(int status, long from, string text, string? range)
    {
        await using var server = await S3AnswersServer.StartAsync(S3AnswersServer.Text(status, text, range));
        using var bucket = server.Bucket();
        await using var body = await bucket.OpenReadAsync("k", from, 4, CancellationToken.None);
        using var reader = new StreamReader(body!, Encoding.ASCII);
        Assert.Equal(text, await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task An_object_without_a_length_is_not_taken_for_none()
    {
        await using var server = await S3AnswersServer.StartAsync(static _ => Task.CompletedTask);
        using var bucket = server.Bucket();
        var failure = await Assert.ThrowsAsync<BackingException>(() => bucket.SizeAsync("k", CancellationToken.None));
        Assert.Contains("no length", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_completion_that_is_answered_200_and_failed_is_asked_for_again_and_is_a_failure_in_the_end()
    {
        await using (var server = await S3AnswersServer.StartAsync(S3AnswersServer.Text(200, Failed), S3AnswersServer.Text(200, "   "), S3AnswersServer.Text(200, Done)))
        {
            using var bucket = server.Bucket();
            await bucket.CompleteAsync("k", "upload", ["tag"], CancellationToken.None);
            Assert.Equal(3, server.Given);
        }

        await using var never = await S3AnswersServer.StartAsync(S3AnswersServer.Text(200, Failed));
        using var other = never.Bucket();
        var failure = await Assert.ThrowsAsync<BackingException>(() => other.CompleteAsync("k", "upload", ["tag"], CancellationToken.None));
        Assert.Contains("InternalError", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "RequestTimeout")]
    [InlineData(409, "OperationAborted")]
    [InlineData(503, "SlowDown")]
    public async Task A_refusal_that_passes_is_not_taken_for_one_that_stays(int status, string code)
    {
        await using var server = await S3AnswersServer.StartAsync(S3AnswersServer.Text(status, $"<Error><Code>{code}</Code></Error>"), S3AnswersServer.Text(200, ""));
        using var bucket = server.Bucket();
        await bucket.PutAsync("k", null, 0, ModelOperator.Datasets.S3Signer.EmptyPayload, CancellationToken.None);
        Assert.Equal(2, server.Given);
    }

    [Theory]
    [InlineData("<Error><Code>InternalError</Code></Error>")]
    [InlineData("<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>")]
    public async Task A_list_of_uploads_that_is_none_or_does_not_say_where_it_goes_on_is_a_failure(string text)
    {
        await using var server = await S3AnswersServer.StartAsync(S3AnswersServer.Text(200, text));
        using var bucket = server.Bucket();
        await Assert.ThrowsAsync<BackingException>(() => bucket.UploadsAsync("", CancellationToken.None));
    }
}
