using System.Globalization;
using System.Reflection;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.SearchSpace;

namespace SearchSample.Space;

/// <summary>An option of a latent, a flow or a training that says by an attribute of ML.NET what a search may try.</summary>
internal sealed class SearchedOption
{
    private readonly PropertyInfo _property;
    private readonly double _low, _high;

    private SearchedOption(PropertyInfo property, double low, double high, bool isLogarithmic)
    {
        (_property, _low, _high, IsLogarithmic) = (property, low, high, isLogarithmic);
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
    }

    public string Name => _property.Name;

    /// <summary>Whether it is one of the latent, of the flow, or of the training.</summary>
    public bool IsOfLatent => _property.DeclaringType == typeof(DiscreteFlowLatent);

    public bool IsOfFlow => _property.DeclaringType == typeof(FlowOptions);

    /// <summary>Int32, Double or Boolean.</summary>
    public Type Type { get; }

    /// <summary>Whether its logarithm is drawn evenly.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>The option of a property; null where it has no attribute.</summary>
    public static SearchedOption? Of(PropertyInfo property)
    {
        if (property.GetCustomAttribute<BooleanChoiceAttribute>() is not null)
            return new SearchedOption(property, 0, 1, false);
        return property.GetCustomAttribute<RangeAttribute>() is { } range
            ? new SearchedOption(property, Number(range.Min), Number(range.Max), range.LogBase)
            : null;
    }

    /// <summary>The same option with another upper end.</summary>
    public SearchedOption UpTo(double high) => new(_property, _low, high, IsLogarithmic);

    /// <summary>A value, evenly drawn; whole numbers, the ends too, have equal parts of the range.</summary>
    public object Draw(Random random)
    {
        double share = random.NextDouble();
        if (Type == typeof(bool))
            return share < 0.5;
        double margin = Type == typeof(int) ? 0.5 : 0, low = _low - margin, high = _high + margin;
        double value = IsLogarithmic ? low * Math.Pow(high / low, share) : low + share * (high - low);
        if (Type == typeof(int))
            return (int)Math.Clamp(Math.Round(value), _low, _high);
        return value;
    }

    public void Set(NormalizingVariationalFlowOptions options, object value)
    {
        if (IsOfLatent)
        {
            var latent = options.Flow.Latent as DiscreteFlowLatent ?? FlowLatent.Discrete(1);
            options.Flow.Latent = Name switch
            {
                nameof(DiscreteFlowLatent.States) => latent with { States = (int)value },
                nameof(DiscreteFlowLatent.StateStandardization) => latent with { StateStandardization = (bool)value },
                _ => throw new NotSupportedException($"{Name} cannot be searched."),
            };
        }
        else
        {
            _property.SetValue(IsOfFlow ? options.Flow : options.Training, value);
        }
    }

    /// <summary>A value as C# writes it.</summary>
    public static string Text(object value) => value switch
    {
        bool choice => choice ? "true" : "false",
        double number => number.ToString("G3", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static double Number(object bound) => Convert.ToDouble(bound, CultureInfo.InvariantCulture);
}
