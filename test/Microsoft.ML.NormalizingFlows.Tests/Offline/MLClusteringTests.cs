using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>What ML.NET's evaluator of clusterings gives.</summary>
public class MLClusteringTests
{
    private readonly MLContext _ml = new();

    private ClusteringMetrics Evaluate(params Row[] rows) => _ml.Clustering.Evaluate(_ml.Data.LoadFromEnumerable(rows), "Label", featureColumnName: "Features");

    [Fact]
    public void SameAsTheLabels()
    {
        var metrics = Evaluate(new(0, [1, 2], [0, 0]), new(0, [1, 3], [0, 2]), new(1, [4, 2], [6, 0]), new(1, [9, 0], [6, 2]));
        Assert.Equal(1, metrics.NormalizedMutualInformation, 1e-6);
        Assert.Equal((1 + 1 + 2 + 0) / 4.0, metrics.AverageDistance, 1e-6);
        // Each spread is 1, the centroids are 6 apart.
        Assert.Equal(2 / 6.0, metrics.DaviesBouldinIndex, 1e-6);
    }

    [Fact]
    public void DividedByTheEntropyOfTheLabels()
    {
        // Four clusters of two labels: I = H(label) = ln 2.
        var rows = Enumerable.Range(0, 4).Select(i => new Row4 { Label = i / 2, Score = [.. Enumerable.Range(0, 4).Select(k => k == i ? 0f : 1)] });
        Assert.Equal(1, _ml.Clustering.Evaluate(_ml.Data.LoadFromEnumerable(rows), "Label").NormalizedMutualInformation, 1e-6);
    }

    [Fact]
    public void WithoutLabelsOrFeatures()
    {
        var metrics = _ml.Clustering.Evaluate(_ml.Data.LoadFromEnumerable([new Row(0, [1, 2], []), new Row(1, [3, 0], [])]));
        Assert.Equal(double.NaN, metrics.NormalizedMutualInformation);
        Assert.Equal(0.5, metrics.AverageDistance, 1e-6);
        Assert.Equal(0, metrics.DaviesBouldinIndex);
    }

    [Fact]
    public void ARowWithoutAScoreIsLeftOutAndOneWithoutALabelCountsAsLabelZero()
    {
        var metrics = Evaluate(
            new(0, [1, 2], [0, 0]), new(float.NaN, [1, 2], [0, 0]), new(1, [4, 2], [6, 0]), new(1, [float.NaN, 0], [6, 0]), new(0, [1, float.PositiveInfinity], [0, 0]));
        Assert.Equal(1, metrics.NormalizedMutualInformation, 1e-6);
        Assert.Equal(4 / 3.0, metrics.AverageDistance, 1e-6);
    }

    [Fact]
    public void WhatIsRefused()
    {
        Assert.ThrowsAny<Exception>(() => Evaluate(new Row(0.5f, [1, 2], [0, 0])));
        var view = _ml.Data.LoadFromEnumerable([new Row(0, [1, 2], [])]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Evaluate(view, scoreColumnName: "Label"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Evaluate(view, "Lable"));
    }

    private sealed class Row(float label, float[] score, float[] features)
    {
        public float Label { get; set; } = label;

        [VectorType(2)]
        public float[] Score { get; set; } = score;

        [VectorType(2)]
        public float[] Features { get; set; } = features;
    }

    private sealed class Row4
    {
        public float Label { get; set; }

        [VectorType(4)]
        public float[] Score { get; set; } = [];
    }
}
