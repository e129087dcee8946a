using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.Runtime;

/// <summary>
/// Argument and state checks. Exceptions raised here are marked; the component catalog wraps a marked exception,
/// and lets any other pass as it is.
/// </summary>
internal static class Contracts
{
    private const string Mark = "ML_IsMarked";

    public static bool IsMarked(this Exception exception) => exception.Data.Contains(Mark);

    public static TException Process<TException>(TException exception, IExceptionContext context)
        where TException : Exception
    {
        exception.Data[Mark] = 1;
        return context is null ? exception : context.Process(exception);
    }

    public static Exception Except(this IExceptionContext context, string message, Exception inner = null) =>
        Process(new InvalidOperationException(message, inner), context);

    public static Exception ExceptParam(this IExceptionContext context, string name, string message = null) =>
        Process(message is null ? new ArgumentOutOfRangeException(name) : new ArgumentOutOfRangeException(name, message), context);

    public static Exception ExceptDecode(this IExceptionContext context, string message = null, Exception inner = null) =>
        Process(message is null ? new FormatException() : new FormatException(message, inner), context);

    public static Exception ExceptNotSupported(this IExceptionContext context, string message) =>
        Process(new NotSupportedException(message), context);

    public static Exception ExceptSchemaMismatch(this IExceptionContext context, string name, string role, string column) =>
        ExceptParam(context, name, $"Could not find {role} column '{column}'");

    public static Exception ExceptSchemaMismatch(
        this IExceptionContext context, string name, string role, string column, string expected, string actual) =>
        ExceptParam(context, name, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");

    public static void Check(this IExceptionContext context, [DoesNotReturnIf(false)] bool condition, string message = null)
    {
        if (!condition)
            throw message is null ? Process(new InvalidOperationException(), context) : Except(context, message);
    }

    public static void CheckDecode(this IExceptionContext context, [DoesNotReturnIf(false)] bool condition, string message = null)
    {
        if (!condition)
            throw ExceptDecode(context, message);
    }

    public static void CheckParam(
        this IExceptionContext context, [DoesNotReturnIf(false)] bool condition, string name, string message = null)
    {
        if (!condition)
            throw ExceptParam(context, name, message);
    }

    public static T CheckValue<T>(this IExceptionContext context, T value, string name)
        where T : class => value ?? throw Process(new ArgumentNullException(name), context);

    public static string CheckNonEmpty(this IExceptionContext context, string value, string name) =>
        string.IsNullOrEmpty(value) ? throw ExceptParam(context, name, $"{name} cannot be null or empty") : value;

    // Without a context.
    public static Exception Except(string message, Exception inner = null) => Except(null, message, inner);

    public static void Check([DoesNotReturnIf(false)] bool condition, string message = null) => Check(null, condition, message);

    public static void CheckDecode([DoesNotReturnIf(false)] bool condition, string message = null) =>
        CheckDecode(null, condition, message);

    public static void CheckParam([DoesNotReturnIf(false)] bool condition, string name, string message = null) =>
        CheckParam(null, condition, name, message);

    public static T CheckValue<T>(T value, string name)
        where T : class => CheckValue(null, value, name);

    public static string CheckNonEmpty(string value, string name) => CheckNonEmpty(null, value, name);
}
