namespace Micro;

/// <summary>The three products of a linear layer, in the lanes of the machine.</summary>
internal interface IProductWork
{
    void Forward();

    void Transposed();

    void Gradient();
}
