namespace Microsoft.ML.SearchSpace;

/// <summary>A yes-or-no option that a search may try both ways.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false, AllowMultiple = false)]
public sealed class BooleanChoiceAttribute(bool defaultValue) : Attribute
{
    public bool DefaultValue { get; } = defaultValue;
}
