using System.Reflection;

namespace Microsoft.ML;

/// <summary>Calls a generic method with type arguments known only at run time.</summary>
internal static class Generic
{
    /// <summary>Calls <paramref name="method"/>, given over any types, over <paramref name="types"/> instead.</summary>
    public static TResult Call<TResult>(Delegate method, Type[] types, params object[] arguments)
    {
        try
        {
            return (TResult)method.Method.GetGenericMethodDefinition().MakeGenericMethod(types).Invoke(method.Target, arguments);
        }
        catch (TargetInvocationException ex) when (ex.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(ex.InnerException);
            throw;
        }
    }

    public static TResult Call<TResult>(Delegate method, Type type, params object[] arguments) =>
        Call<TResult>(method, [type], arguments);
}
