using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

public class CellWeightsTests
{
    // Cells written in one digit, in two, and in three.
    [Theory]
    [InlineData(0, 1, 2, 3)]
    [InlineData(0, 1, 8, 12)]
    [InlineData(0, 1, 301, 303)]
    public void A_cell_of_any_number_of_digits_can_be_the_only_one_left(params int[] starts)
    {
        var digits = new CellDigits(starts);
        var shape = new CellShape { Sizes = [2, .. digits.Sizes], Continues = [null, .. digits.Continues] };
        Assert.Equal(starts[2] > 300 ? 3 : starts[2] > 2 ? 2 : 1, digits.Count);
        for (int cell = 0; cell < starts[^1]; cell++)
        {
            var weights = new CellWeights(shape);
            var row = new short[shape.Digits];
            var own = row.AsSpan(1);
            digits.Write(cell, own);
            weights.Add(first: 1, own, worth: 0.25f);
            Assert.True(weights.Of(row, 0).IsEmpty);
            float worth = 1;
            // A digit of a single place is not written.
            foreach (int digit in Enumerable.Range(1, digits.Count).Where(digit => row[digit] >= 0))
            {
                var cells = weights.Of(row, digit);
                Assert.Equal(row[digit], cells.IndexOfAnyExcept(0f));
                Assert.Equal(row[digit], cells.LastIndexOfAnyExcept(0f));
                worth *= cells[row[digit]];
            }
            Assert.Equal(0.25f, worth);
        }
    }
}
