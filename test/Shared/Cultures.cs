using System.Reflection;
using System.Runtime.CompilerServices;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>
/// Compiled code that interpolates a number with a fraction, or something that may be one, into a text without saying in which culture:
/// on a machine with decimal commas it writes another text.
/// </summary>
internal static class Cultures
{
    private static readonly string[] Dependent = ["System.Single", "System.Double", "System.Decimal", "System.DateTime", "System.Object"];

    public static IReadOnlyList<string> Unnamed(Assembly assembly)
    {
        using AssemblyDefinition compiled = AssemblyDefinition.ReadAssembly(assembly.Location);
        return [.. compiled.MainModule.GetAllTypes().SelectMany(type => type.Methods)
            .Where(method => method.HasBody && LeavesItToTheMachine(method)).Select(method => method.FullName)];
    }

    // One interpolation may lie within another, hence the stack.
    private static bool LeavesItToTheMachine(MethodDefinition method)
    {
        var named = new Stack<bool>();
        foreach (var called in method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>())
        {
            if (called is { Name: nameof(string.Create), DeclaringType.Name: nameof(String), Parameters.Count: 2 })
                named.TryPop(out _);
            if (called.DeclaringType.Name != nameof(DefaultInterpolatedStringHandler))
                continue;
            switch (called.Name)
            {
                case ".ctor":
                    named.Push(called.Parameters.Count > 2);
                    break;
                case nameof(DefaultInterpolatedStringHandler.ToStringAndClear):
                    named.TryPop(out _);
                    break;
                case nameof(DefaultInterpolatedStringHandler.AppendFormatted) when called is GenericInstanceMethod generic && named.TryPeek(out bool isNamed) && !isNamed:
                    TypeReference type = generic.GenericArguments[0];
                    type = type is GenericInstanceType { Name: "Nullable`1" } nullable ? nullable.GenericArguments[0] : type;
                    if (type.IsGenericParameter || Dependent.Contains(type.FullName))
                        return true;
                    break;
            }
        }
        return false;
    }
}
