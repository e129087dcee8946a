using System.Reflection;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>The attributes by which ML.NET's search finds what to try.</summary>
public sealed class MLSearchSpaceTests
{
    [Theory]
    [InlineData(nameof(Options.Count), 1, 32, 8, true)]
    [InlineData(nameof(Options.Rate), 3e-4, 1e-2, 3e-3, false)]
    public void A_range_keeps_what_it_was_given(string option, object least, object most, object first, bool logarithmic)
    {
        var range = typeof(Options).GetProperty(option)!.GetCustomAttribute<RangeAttribute>()!;
        Assert.Equal((least, most, first, logarithmic), (range.Min, range.Max, range.Init, range.LogBase));
    }

    [Fact]
    public void A_choice_keeps_its_default() =>
        Assert.False(typeof(Options).GetProperty(nameof(Options.Flag))!.GetCustomAttribute<BooleanChoiceAttribute>()!.DefaultValue);

    private sealed class Options
    {
        [Range(1, 32, init: 8, logBase: true)]
        public int Count { get; set; }

        [Range(3e-4, 1e-2, init: 3e-3)]
        public double Rate { get; set; }

        [BooleanChoice(false)]
        public bool Flag { get; set; }
    }
}
