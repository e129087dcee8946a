using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

/// <summary>A range stands once, as an attribute; what the documentation and the search space say of it agrees.</summary>
public class OptionRanges
{
    private static readonly XElement s_documentation = XElement.Load(Path.ChangeExtension(typeof(FlowOptions).Assembly.Location, ".xml"));

    private static readonly Type[] s_options =
    [
        typeof(NormalizingVariationalFlowOptions), typeof(NormalizingVariationalFlowAnomalyOptions), typeof(NormalizingVariationalFlowClusteringOptions),
        typeof(ImageVariationalFlowOptions), typeof(SynthesizerOptions), typeof(FlowOptions), typeof(TrainingOptions), typeof(DiscreteFlowLatent), typeof(MixtureFlowLatent),
    ];

    /// <summary>The properties of options and of those within them, as a user writes them.</summary>
    internal static IEnumerable<(string Path, PropertyInfo Property)> Properties(Type options, string path) =>
        options.GetProperties().SelectMany(property => property.PropertyType == typeof(FlowOptions) || property.PropertyType == typeof(TrainingOptions)
            ? Properties(property.PropertyType, $"{path}{property.Name}.")
            : [(path + property.Name, property)]);

    public static TheoryData<string, string> Ranged
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var type in s_options)
            {
                foreach (var property in type.GetProperties().Where(property => property.GetCustomAttribute<RangeAttribute>() is not null))
                    data.Add(type.FullName!, property.Name);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ranged))]
    public void The_documentation_says_the_range(string type, string property)
    {
        string range = OptionsValidator.Text(typeof(FlowOptions).Assembly.GetType(type)!.GetProperty(property)!.GetCustomAttribute<RangeAttribute>()!);
        Assert.Contains(range, Documentation(type, property), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_number_has_a_range()
    {
        var open = s_options.SelectMany(type => type.GetProperties())
            .Where(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is var type && (type == typeof(int) || type == typeof(double)))
            .Where(property => property.GetCustomAttribute<RangeAttribute>() is null);
        Assert.All(open, property => Assert.Equal(nameof(TrainingOptions.Seed), property.Name));
    }

    [Fact]
    public void What_a_search_tries_is_allowed()
    {
        var searched = s_options.SelectMany(type => type.GetProperties()).Where(property => property.GetCustomAttribute<SearchSpace.RangeAttribute>() is not null).ToList();
        Assert.True(searched.Count >= 8);
        foreach (var property in searched)
        {
            var tried = property.GetCustomAttribute<SearchSpace.RangeAttribute>()!;
            Assert.True(Allows(property, tried.Min) && Allows(property, tried.Max) && Allows(property, tried.Init), property.Name);
        }

        static bool Allows(PropertyInfo property, object value) => property.GetCustomAttribute<RangeAttribute>()!.IsValid(value);
    }

    [Fact]
    public void A_range_is_worded_by_its_ends()
    {
        Assert.Equal("from 1 to 8,192", OptionsValidator.Text(new RangeAttribute(1, 8_192)));
        Assert.Equal("1 or more", OptionsValidator.Text(new RangeAttribute(1, int.MaxValue)));
        Assert.Equal("above 0 and at most 10", OptionsValidator.Text(new RangeAttribute(0.0, 10.0) { MinimumIsExclusive = true }));
        Assert.Equal("at least 0 and below 0.5", OptionsValidator.Text(new RangeAttribute(0.0, 0.5) { MaximumIsExclusive = true }));
        Assert.Equal("above 0 and below 1", OptionsValidator.Text(new RangeAttribute(0.0, 1.0) { MinimumIsExclusive = true, MaximumIsExclusive = true }));
        Assert.Equal(
            "above 0 and finite", OptionsValidator.Text(new RangeAttribute(0.0, double.PositiveInfinity) { MinimumIsExclusive = true, MaximumIsExclusive = true }));
    }

    // A positional property of a record is documented as a parameter of its type.
    private static string Documentation(string type, string property)
    {
        var member = s_documentation.Descendants("member").FirstOrDefault(member => (string?)member.Attribute("name") == $"P:{type}.{property}");
        member ??= s_documentation.Descendants("member").Single(member => (string?)member.Attribute("name") == $"T:{type}")
            .Elements("param").Single(parameter => (string?)parameter.Attribute("name") == property);
        return Regex.Replace(member.Value, @"\s+", " ").Trim().ToString(CultureInfo.InvariantCulture);
    }
}
