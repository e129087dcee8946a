using Microsoft.ML.NormalizingFlows.Pipeline.Friend;
using Microsoft.ML.NormalizingFlows.Tabular;
using Microsoft.ML.NormalizingFlows.Tabular.Cells;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>The learned joint distribution of a table; draws rows of its schema.</summary>
/// <example><code>IDataView rows = synthesizer.Sample(10_000, seed: 7);</code></example>
public sealed class Synthesizer
{
    private readonly IHostEnvironment _environment;
    private readonly TableCodec _codec;
    private readonly CellEngine _engine;

    internal Synthesizer(IHostEnvironment environment, TableCodec codec, CellModel model, int threads)
    {
        (_environment, _codec) = (environment, codec);
        _engine = CellEngine.Create(model.Shape, model.Arrays, threads);
    }

    /// <summary>New rows, drawn block by block while they are read; every pass gives the same.</summary>
    /// <param name="rows">How many, 0 or more.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <returns>A table of the schema that was learned.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be that many rows.</exception>
    /// <exception cref="ArgumentException">There are more rows than a column of unique keys can number.</exception>
    public IDataView Sample(long rows, int? seed = null)
    {
        if (rows < 0)
            throw new ArgumentOutOfRangeException(nameof(rows), $"{rows} rows were asked for, but the number must be 0 or more.");
        _codec.CheckRoom(rows);
        return new SyntheticView(_codec, _engine.Evaluator, rows, Environments.Seed(_environment, seed));
    }

    /// <summary>
    /// The log-density of each row of a table of the schema that was learned, in nats: ln of the probability of its discrete values (categories,
    /// missing, rounded and frequent numbers, dates) and of the density of the other numbers, in their units. A row with a value that no training row came
    /// near has -infinity. Unique keys have no part in it. It is exact; but a column above others (see <see cref="SynthesizerColumnOptions.Below"/>) that would
    /// pass its greatest training value is drawn again below it, which is not counted: there it is a lower bound.
    /// </summary>
    /// <param name="input">The rows.</param>
    /// <returns>One number for each row, in order.</returns>
    public IEnumerable<double> LogDensity(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Score(input);
    }

    private IEnumerable<double> Score(IDataView input)
    {
        using var cursor = input.GetRowCursor(input.Schema.Where(column => !column.IsHidden));
        var encode = _codec.Encoder(cursor, learns: false);
        var rows = new CellRows(_codec.Shape.Digits);
        var volumes = new double[SyntheticView.BlockRows];
        var logs = new double[SyntheticView.BlockRows];
        bool more = true;
        while (more)
        {
            rows.Clear();
            while (rows.Count < SyntheticView.BlockRows && (more = cursor.MoveNext()))
            {
                int row = rows.Count;
                volumes[row] = encode(rows.Add());
            }
            _engine.Evaluator.Score(rows, logs);
            for (int row = 0; row < rows.Count; row++)
                yield return volumes[row] + logs[row];
        }
    }
}
