using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes the network of a layer, from the features that it sees, (B, S, inputs), to raw parameters, (B, S, outputs).</summary>
/// <param name="values">Of the flow.</param>
/// <param name="name">What its arrays begin with.</param>
/// <param name="network">Its sizes.</param>
/// <param name="outputs">Raw parameters.</param>
internal abstract class NetworkWriter(LearnedValues values, string name, NetworkSpec network, int outputs)
{
    protected LearnedValues Values => values;

    protected int HiddenUnits => network.HiddenUnits;

    protected int Outputs => outputs;

    protected int Blocks => network.Blocks;

    /// <param name="input">(B, S, inputs); null where there are none.</param>
    /// <param name="at">What else it is told.</param>
    /// <param name="points">(B, S, D), of which the shape alone is read.</param>
    public abstract OnnxValue Forward(OnnxValue? input, RowContext at, OnnxValue points);

    protected string Name(string part) => name + part;

    protected string Block(int index, string part) => FormattableString.Invariant($"{name}.blocks.{index}.{part}");

    protected OnnxValue Limited(OnnxValue input) => network.LimitsInput ? input.Within(-ParameterLimits.NetworkInput, ParameterLimits.NetworkInput) : input;

    /// <summary>A linear layer of a one-hot state: a row of its weights, and the bias.</summary>
    protected float[] OfStates(string part)
    {
        float[] table = values.Columns(part, HiddenUnits), bias = values[part + ".bias"];
        return [.. table.Select((weight, i) => weight + bias[i % HiddenUnits])];
    }
}

/// <summary>Writes the residual network of a coupling.</summary>
/// <param name="values">Of the flow.</param>
/// <param name="name">What its arrays begin with.</param>
/// <param name="network">Its sizes.</param>
/// <param name="outputs">Raw parameters.</param>
/// <param name="passing">Features that it sees.</param>
internal sealed class ResidualWriter(LearnedValues values, string name, NetworkSpec network, int outputs, int passing) : NetworkWriter(values, name, network, outputs)
{
    public override OnnxValue Forward(OnnxValue? input, RowContext at, OnnxValue points)
    {
        // The columns of the first weights: what is seen, or a constant where that is nothing; the state; what is given.
        string initial = Name(".initial");
        int states = at.States > 1 ? at.States : 0, seen = input is null && at.Given is null ? 1 : passing;
        float[] bias = Values[initial + ".bias"];
        var constant = new float[Math.Max(1, states) * HiddenUnits];
        float[] ofStates = Values.Columns(initial, HiddenUnits, seen..(seen + states)), ofConstant = Values.Columns(initial, HiddenUnits, 0..seen);
        for (int i = 0; i < constant.Length; i++)
            constant[i] = bias[i % HiddenUnits] + (states > 0 ? ofStates[i] : 0) + (input is null && at.Given is null ? ofConstant[i % HiddenUnits] : 0);
        var hidden = at.Table(constant, HiddenUnits);
        hidden = input is { } features
            ? Values.Product(Limited(features), initial, HiddenUnits, 0..seen) + hidden
            : points.Slice(0, 1, 2) * 0 + hidden;
        if (at.Given is { } given)
            hidden = Values.Product(given, initial, HiddenUnits, (seen + states)..) + hidden;
        for (int i = 0; i < Blocks; i++)
        {
            var branch = Values.Dense(hidden.Relu(), Block(i, "first"), HiddenUnits);
            branch = Values.Dense(branch.Relu(), Block(i, "second"), HiddenUnits);
            if (states > 0)
                branch *= at.Table(OfStates(Block(i, "gate")).Select(gate => 1 / (1 + MathF.Exp(-gate))), HiddenUnits);
            hidden += branch;
        }
        return Values.Dense(hidden, Name(".final"), Outputs);
    }
}

/// <summary>Writes the masked network of an autoregressive layer.</summary>
/// <param name="values">Of the flow.</param>
/// <param name="name">What its arrays begin with.</param>
/// <param name="network">Its sizes.</param>
/// <param name="features">D.</param>
/// <param name="perFeature">Raw parameters of a feature.</param>
/// <param name="degrees">Of the hidden units.</param>
internal sealed class MaskedWriter(LearnedValues values, string name, NetworkSpec network, int features, int perFeature, int[] degrees)
    : NetworkWriter(values, name, network, features * perFeature)
{
    public override OnnxValue Forward(OnnxValue? input, RowContext at, OnnxValue points)
    {
        bool hasStates = at.States > 1;
        // Features have the degrees 1 to D, what is given 0.
        var hidden = Values.Dense(Limited(input!.Value), Name(".initial"), HiddenUnits, 0..features, (unit, feature) => degrees[unit] >= feature + 1);
        if (at.Given is { } given)
            hidden += Values.Product(given, Name(".initial"), HiddenUnits, features..);
        if (hasStates)
            hidden += at.Table(OfStates(Name(".context")).Select(value => Math.Max(0, value)), HiddenUnits);
        for (int i = 0; i < Blocks; i++)
        {
            var branch = Values.Dense(hidden.Relu(), Block(i, "first"), HiddenUnits, lives: Sees);
            if (hasStates)
                branch += at.Table(OfStates(Block(i, "context")), HiddenUnits);
            hidden += Values.Dense(branch.Relu(), Block(i, "second"), HiddenUnits, lives: Sees);
        }
        return Values.Dense(hidden, Name(".final"), Outputs, lives: (output, unit) => output / perFeature + 1 > degrees[unit]);

        bool Sees(int unit, int before) => degrees[unit] >= degrees[before];
    }
}
