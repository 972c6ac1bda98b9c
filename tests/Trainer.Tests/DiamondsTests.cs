using System.Formats.Tar;
using System.IO.Compression;

namespace ModelOperator.Trainer.Tests;

public sealed class DiamondsTests
{
    [DiamondsFact]
    public async Task Diamond_prices_are_learned_to_within_540_dollars()
    {
        using var trainer = new TrainerHarness(await DataAsync());
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("TARGET", "price"), ("ROUNDS", "150"), ("LOG_EVERY_ROUNDS", "50")));
        Assert.Contains("data: 53940 rows", trainer.Log, StringComparison.Ordinal);
        Assert.Contains("9 features (3 categorical)", trainer.Log, StringComparison.Ordinal);
        Assert.InRange(trainer.Result().GetProperty("metrics").GetProperty("validation_rmse").GetDouble(), 450, 540);
    }

    private static async Task<string> DataAsync()
    {
        await using var archive = File.OpenRead(DiamondsFactAttribute.Archive);
        await using var unpacked = new GZipStream(archive, CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.Name == "package/diamonds.csv")
                return await new StreamReader(entry.DataStream!).ReadToEndAsync();
        }

        throw new InvalidOperationException("the package has no diamonds.csv");
    }
}
