using ModelOperator.Hosting;

namespace ModelOperator.Tests.Memory;

public class IdleMemoryTests
{
    private const long Megabyte = 1 << 20;

    [Theory]
    [InlineData(1, 40, 0, true)]
    [InlineData(0, 31, 0, false)]
    [InlineData(8, 400, 0, false)]
    [InlineData(1, 40, 128, true)]
    [InlineData(1, 40, 400, false)]
    [InlineData(1, 100, 400, true)]
    public void What_a_burst_left_is_collected_once_it_is_over_and_worth_the_stop(int recent, int since, int kept, bool due) =>
        Assert.Equal(due, IdleMemory.IsDue(recent * Megabyte, since * Megabyte, kept * Megabyte));
}
