using System.Numerics.Tensors;

namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>
/// Rows and ways from neighbour to neighbour, whose lengths are the distances along a surface that the rows lie near. Ways along the minimum spanning tree
/// lead on from groups that are nobody's neighbours.
/// </summary>
internal sealed class NeighbourGraph
{
    // Of each row, the nearest first.
    private readonly (int To, double Length)[][] _nearest;
    private readonly List<(int From, int To, double Length)> _tree = [];

    /// <param name="rows">Two or more.</param>
    /// <param name="most">Neighbours of a row that may be asked for.</param>
    public NeighbourGraph(RowTable rows, int most)
    {
        _nearest = new (int, double)[rows.Count][];
        var lengths = new double[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            int[] others = [.. Enumerable.Range(0, rows.Count)];
            foreach (int j in others)
                lengths[j] = j == i ? double.PositiveInfinity : Distance(rows, i, j);
            Array.Sort(lengths, others);
            _nearest[i] = [.. others.Take(Math.Min(most, rows.Count - 1)).Select((j, place) => (j, lengths[place]))];
        }
        GrowTree(rows);
    }

    /// <summary>Lengths of shortest ways from the first rows, the landmarks, to all, (landmarks, rows).</summary>
    /// <param name="landmarks">From 1 to the number of rows.</param>
    /// <param name="neighbours">Nearest rows that a way may go on to, and from: too many lead across from one fold of the surface to the next.</param>
    public double[][] Distances(int landmarks, int neighbours)
    {
        var links = _nearest.Select(_ => new List<(int To, double Length)>()).ToArray();
        for (int i = 0; i < links.Length; i++)
        {
            foreach (var (to, length) in _nearest[i].Take(neighbours))
                Link(i, to, length);
        }
        foreach (var (from, to, length) in _tree)
            Link(from, to, length);
        return [.. Enumerable.Range(0, landmarks).Select(i => ShortestWays(links, i))];

        void Link(int from, int to, double length)
        {
            links[from].Add((to, length));
            links[to].Add((from, length));
        }
    }

    // By Prim's algorithm.
    private void GrowTree(RowTable rows)
    {
        var nearest = new (int From, double Length)[rows.Count];
        Array.Fill(nearest, (0, double.PositiveInfinity));
        var isOutside = new bool[rows.Count];
        Array.Fill(isOutside, true);
        int added = 0;
        for (int count = 1; count < rows.Count; count++)
        {
            isOutside[added] = false;
            int next = -1;
            for (int j = 0; j < rows.Count; j++)
            {
                if (!isOutside[j])
                    continue;
                double length = Distance(rows, added, j);
                if (length < nearest[j].Length)
                    nearest[j] = (added, length);
                if (next < 0 || nearest[j].Length < nearest[next].Length)
                    next = j;
            }
            _tree.Add((nearest[next].From, next, nearest[next].Length));
            added = next;
        }
    }

    private static double Distance(RowTable rows, int i, int j) => TensorPrimitives.Distance<float>(rows[i], rows[j]);

    // Dijkstra's.
    private static double[] ShortestWays(List<(int To, double Length)>[] links, int start)
    {
        var lengths = new double[links.Length];
        Array.Fill(lengths, double.PositiveInfinity);
        lengths[start] = 0;
        var queue = new PriorityQueue<int, double>([(start, 0)]);
        while (queue.TryDequeue(out int at, out double length))
        {
            if (length > lengths[at])
                continue;
            foreach (var (to, step) in links[at])
            {
                if (length + step < lengths[to])
                {
                    lengths[to] = length + step;
                    queue.Enqueue(to, lengths[to]);
                }
            }
        }
        return lengths;
    }
}
