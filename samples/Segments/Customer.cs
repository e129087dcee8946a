namespace Segments;

/// <summary>What a shop knows of a customer.</summary>
internal sealed class Customer
{
    public float VisitsPerMonth { get; set; }

    /// <summary>Mean spending of a visit, in euro.</summary>
    public float Basket { get; set; }

    /// <summary>The part of the spending that was discounted, in percent.</summary>
    public float Discounted { get; set; }

    /// <summary>Years since the first visit.</summary>
    public float Years { get; set; }

    /// <summary>The group that the customer was drawn from; only the judgement of the clusters sees it.</summary>
    public float Group { get; set; }
}
