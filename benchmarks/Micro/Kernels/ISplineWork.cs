namespace Micro;

/// <summary>The splines of a panel, in the lanes of the machine.</summary>
internal interface ISplineWork
{
    void Forward();

    void RestoreAndBackward();

    void Restore();
}
